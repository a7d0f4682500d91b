public import ContentHash

/// A call that no cache keeps and that its run survived: it failed for good, or was answered with what may not be kept. A
/// step of a workflow that failed by chance is one, too.
///
/// A run that is made again from what is recorded would find nothing in its place.
public struct LostCall: Sendable {
    /// What became of it.
    public enum Outcome: Sendable {
        case failed(ModelError)
        /// A refusal, or a reply of which the provider does not say that it ended well.
        case answered(ChatReply)
        /// Not a model's.
        case stepFailed(StepFailure)
    }

    /// The ``ChatRequest/key`` of its request; of a step, the digest of all that tells its execution from others.
    public var key: ContentHash
    /// As `provider:name`; of a step, its name.
    public var model: String
    /// What came in place of a reply.
    public var outcome: Outcome

    public init(key: ContentHash, model: String, outcome: Outcome) {
        self.key = key
        self.model = model
        self.outcome = outcome
    }
}

extension LostCall: Hashable {
    public static func == (one: LostCall, other: LostCall) -> Bool {
        guard one.key == other.key, one.model == other.model else { return false }
        return switch (one.outcome, other.outcome) {
        case (.failed(let one), .failed(let other)): one.code == other.code && one.message == other.message
        case (.answered(let one), .answered(let other)): one == other
        case (.stepFailed(let one), .stepFailed(let other)): one == other
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(model)
    }
}

extension ModelError {
    /// Whether a run that is made again has to meet this failure again. What the run's own caps and modes refuse, it finds
    /// out for itself.
    fileprivate var isMetAgain: Bool { ![.budgetExhausted, .cacheMiss, .unknownPrice].contains(code) }
}

extension LostCall {
    /// Nil for a failure that is no part of a run's course.
    init?(key: ContentHash, model: ModelName, failure: ModelError) {
        guard failure.isMetAgain else { return nil }
        self.init(key: key, model: model.description, outcome: .failed(failure))
    }

    /// Nil for a reply that caches keep.
    init?(key: ContentHash, model: ModelName, reply: ChatReply) {
        guard !reply.isCacheable else { return nil }
        self.init(key: key, model: model.description, outcome: .answered(reply))
    }
}
