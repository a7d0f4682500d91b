/// What was said about an output of a trace: a text, named scores, or both.
public struct Feedback: Sendable, Hashable, Codable {
    /// The output it is about.
    public var output: NodeID
    /// In words; empty when only scores were given.
    public var text: String
    /// By metric.
    public var scores: [String: Double]

    public init(on output: NodeID, _ text: String, scores: [String: Double] = [:]) {
        self.output = output
        self.text = text
        self.scores = scores
    }
}
