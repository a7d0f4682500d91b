/// Numbers of operations.
enum Sizes {
    /// What the design asks about recording and subgraphs.
    static let all = [1_000, 10_000, 100_000, 1_000_000]
}
