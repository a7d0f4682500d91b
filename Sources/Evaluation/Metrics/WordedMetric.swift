/// What a feedback text can be made from.
public struct FeedbackContext: Sendable {
    /// What was scored.
    public let subject: MetricSubject
    public let value: Double
    /// What the metric says by itself.
    public let explanation: String

    public init(subject: MetricSubject, value: Double, explanation: String) {
        self.subject = subject
        self.value = value
        self.explanation = explanation
    }
}

/// A metric whose feedback is worded by its user.
public struct WordedMetric<Base: Metric>: Metric {
    private let base: Base
    private let wording: @Sendable (FeedbackContext) throws -> String

    init(_ base: Base, wording: @escaping @Sendable (FeedbackContext) throws -> String) {
        self.base = base
        self.wording = wording
    }

    public var name: String { base.name }
    public var direction: MetricDirection { base.direction }
    public var worst: Double? { base.worst }

    /// The score of the metric underneath with the feedback worded anew. A failed run keeps the metric's own words:
    /// they say what went wrong, and there is no output to put into others.
    public func score(_ subject: MetricSubject) async throws -> Score {
        var score = try await base.score(subject)
        guard subject.failure == nil else { return score }
        score.feedback = try wording(
            FeedbackContext(subject: subject, value: score.value, explanation: score.feedback))
        return score
    }
}

extension Metric {
    /// This metric with its feedback made by `wording`, from the example, the output and the metric's own words.
    public func worded(_ wording: @escaping @Sendable (FeedbackContext) throws -> String) -> WordedMetric<Self> {
        WordedMetric(self, wording: wording)
    }
}
