public import TraceGraph

/// What a metric says about one output.
public struct Score: Sendable, Hashable, Codable {
    /// The number, in the metric's own unit and direction; always finite.
    public var value: Double
    /// Why, in words that help to do better; for optimizers and people.
    public var feedback: String
    /// What scoring itself used up, such as a judge's calls.
    public var usage: Usage

    public init(_ value: Double, feedback: String = "", usage: Usage = .none) {
        self.value = value
        self.feedback = feedback
        self.usage = usage
    }
}
