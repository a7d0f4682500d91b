/// Who looked at the examples of a hold-out before.
public struct HoldoutLooks: Sendable, Hashable {
    /// Other runs whose gate was run on some of them, by name, the first one first.
    public var runs: [String]
    /// How many of them were scored outside of runs.
    public var scored: Int

    /// Nobody has.
    public static let none = HoldoutLooks(runs: [], scored: 0)

    public init(runs: [String], scored: Int) {
        self.runs = runs
        self.scored = scored
    }

    /// Which look a gate that is run now is, counted from 1.
    public var next: Int { runs.count + 1 }
}
