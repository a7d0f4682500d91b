public import TraceGraph

/// What a model answered.
public struct ChatReply: Sendable, Hashable, Codable {
    /// Why the reply ended.
    public enum Finish: Sendable, Hashable, Codable {
        case stop
        /// Cut off at the token limit: never to be taken for a whole answer.
        case length
        /// The provider or the model declined.
        case refusal
        /// In the provider's words.
        case other(String)
    }

    /// One token of the reply with its log-probability and those of the likeliest alternatives.
    public struct TokenProbability: Sendable, Hashable, Codable {
        /// The token that was drawn.
        public var token: String
        /// The natural logarithm of its probability.
        public var logProbability: Double
        /// Other tokens that could have been drawn, with the same.
        public var alternatives: [String: Double]

        public init(token: String, logProbability: Double, alternatives: [String: Double] = [:]) {
            self.token = token
            self.logProbability = logProbability
            self.alternatives = alternatives
        }
    }

    /// What was answered.
    public var text: String
    public var finish: Finish
    /// What the call used up.
    public var usage: Usage
    /// The model that answered, as the provider reports it.
    public var servedBy: String
    /// Empty unless asked for and available.
    public var tokens: [TokenProbability]
    /// From the first byte sent to the last received, nanoseconds; 0 for a scripted reply.
    public var duration: Int64
    /// True when a cache answered.
    public var wasCached: Bool
    /// The key under which a cache keeps request and reply, 64 hex digits; nil when none does.
    public var completion: String?
    /// The model that answered in the place of the one that was asked; nil when that one did. See ``FallbackModel``.
    public var answeredBy: ModelName?
    /// The ``ChatRequest/ceiling`` at which the reply was cut off; nil for every other reply.
    public var cutAtCeiling: Int?

    /// A reply with what was not said left at nothing.
    public init(
        text: String, finish: Finish = .stop, usage: Usage = Usage(calls: 1), servedBy: String = "",
        tokens: [TokenProbability] = [], duration: Int64 = 0, wasCached: Bool = false,
        completion: String? = nil
    ) {
        self.text = text
        self.finish = finish
        self.usage = usage
        self.servedBy = servedBy
        self.tokens = tokens
        self.duration = duration
        self.wasCached = wasCached
        self.completion = completion
    }

    /// Whether a cache may keep this reply. One that was cut off at its limit is as much an answer to its request as
    /// any other, and a run whose task stops at a few tokens could not be replayed without it. Refusals, and replies of
    /// which the provider does not say that they ended well, are asked again, and so are those that only a budget has cut off: a run that met one cannot be replayed.
    public var isCacheable: Bool { (finish == .stop || finish == .length) && cutAtCeiling == nil }
}
