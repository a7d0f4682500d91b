/// The name of a node and how it was made: on one line of a terminal, else as far as anybody reads.
struct NodeHeadline {
    let terminal: Terminal
    /// Whether nothing is cut.
    var isWhole = false

    private static let longestName = 120
    private static let longestMaking = 400

    /// - Parameters:
    ///   - made: ` = operation(inputs)`.
    ///   - taken: Columns that what stands before and behind it takes.
    func shown(_ name: String, _ made: String, beside taken: Int) -> String {
        if isWhole { return terminal.paint(name.printable, .bold) + made.printable }
        guard terminal.isLookedAt else {
            return terminal.paint(name.oneLine(Self.longestName), .bold) + made.oneLine(Self.longestMaking)
        }
        let room = max(20, terminal.width - taken)
        let name = name.oneLine(made.isEmpty ? room : room * 2 / 3)
        return terminal.paint(name, .bold) + made.oneLine(max(1, room - name.columns))
    }
}
