import TraceGraph

/// What a run used up: time, tokens or money. Less is better.
///
/// A failed run has used what it used; give `worst` when failing fast must not look cheap.
public struct ResourceMetric: Metric {
    /// What is measured.
    public enum Resource: String, Sendable, Hashable, Codable, CaseIterable {
        /// Seconds that model calls took, one after the other where they had to wait for each other, as recorded with
        /// their replies: the same for a run that is repeated from them. Code and programs are not in it.
        case latency
        /// Prompt and reply tokens of all model calls together.
        case tokens
        /// US dollars.
        case cost
    }

    /// What is measured.
    public let resource: Resource
    public let name: String
    /// What a failed run counts as, at the least, in the resource's unit.
    public let worst: Double?

    public init(_ resource: Resource, worst: Double? = nil, name: String? = nil) {
        self.resource = resource
        self.name = name ?? resource.rawValue
        self.worst = worst
    }

    /// Seconds that the model calls took.
    public static let latency = ResourceMetric(.latency)
    /// Tokens of prompts and replies.
    public static let tokens = ResourceMetric(.tokens)
    /// US dollars.
    public static let cost = ResourceMetric(.cost)

    public var direction: MetricDirection { .minimize }

    public func score(_ subject: MetricSubject) throws -> Score {
        let used: Double
        let words: String
        switch resource {
        case .latency:
            used = Double(subject.duration) / 1e9
            words = "\(FeedbackText.number(used)) s"
        case .tokens:
            used = Double(subject.usage.totalTokens)
            words = "\(subject.usage.promptTokens) prompt and \(subject.usage.completionTokens) reply tokens"
        case .cost:
            guard let cost = subject.usage.cost else {
                throw MetricError(
                    .unknownCost, "a model's price is unknown; give it in the price table", metric: name,
                    example: subject.example.id)
            }
            used = cost
            words = "$\(cost)"
        }
        if let failure = subject.failure {
            return Score(max(used, worst ?? used), feedback: "\(FeedbackText.failed(failure)) It used \(words).")
        }
        return Score(used, feedback: "It used \(words).")
    }
}
