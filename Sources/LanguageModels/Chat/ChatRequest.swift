public import TraceGraph

/// All that decides a model's reply.
public struct ChatRequest: Sendable, Hashable {
    /// The shape the reply must have.
    public enum ReplyFormat: Sendable, Hashable {
        case text
        /// Any JSON object.
        case json
        /// JSON that satisfies a JSON Schema; `name` is what providers that want one are told.
        case schema(name: String, Value)
    }

    /// Who is asked.
    public var model: ModelName
    /// What has been said so far, in order.
    public var messages: [ChatMessage]
    /// 0 for the likeliest reply; nil leaves it to the provider.
    public var temperature: Double?
    /// The most tokens of the reply; nil leaves it to the provider.
    public var maximumTokens: Int?
    /// Only the most likely tokens that make up this share are drawn from; nil for the model's own.
    public var topP: Double?
    /// Of the model's draws, where its provider takes one.
    public var seed: Int?
    /// Texts that end the reply.
    public var stop: [String]
    /// What the reply is to look like.
    public var format: ReplyFormat
    /// Whether the log-probabilities of the reply's tokens are wanted (only some providers have them).
    public var wantsLogProbabilities: Bool
    /// Which independent repeat this is. Equal requests with different repeats are asked, and cached, separately.
    public var repetition: Int
    /// Who answers, where the model's name alone does not say; see ``LanguageModel/endpoint(of:)``, which fills it in.
    /// Replies of different endpoints are kept separately; nothing of it is sent.
    public var endpoint: String?
    /// Who may answer in the place of `model` when it fails, in this order; only a ``FallbackModel`` looks at it.
    public var fallbacks: [ModelName]
    /// The most tokens of the reply where ``maximumTokens`` leaves it to the provider: as many as a budget holds back for
    /// it. It is sent, but the request is the same without it: a reply that it cuts is no answer to the request.
    public var ceiling: Int?

    public init(
        model: ModelName, messages: [ChatMessage], temperature: Double? = nil, maximumTokens: Int? = nil,
        topP: Double? = nil, seed: Int? = nil, stop: [String] = [], format: ReplyFormat = .text,
        wantsLogProbabilities: Bool = false, repetition: Int = 0, endpoint: String? = nil,
        fallbacks: [ModelName] = []
    ) {
        self.model = model
        self.messages = messages
        self.temperature = temperature
        self.maximumTokens = maximumTokens
        self.topP = topP
        self.seed = seed
        self.stop = stop
        self.format = format
        self.wantsLogProbabilities = wantsLogProbabilities
        self.repetition = repetition
        self.endpoint = endpoint
        self.fallbacks = fallbacks
    }
}
