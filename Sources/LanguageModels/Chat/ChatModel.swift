public import TraceGraph

/// A model by its name, to be asked from code that is recorded.
///
/// ```swift
/// let reply = try await model.reply(to: prompt, temperature: $creativity)
/// ```
public struct ChatModel: Sendable {
    public let name: ModelName
    /// What every request has beside its messages.
    public var settings: Settings
    private let base: any LanguageModel

    /// What is fixed for all requests.
    public struct Settings: Sendable, Hashable {
        /// The most tokens of a reply; nil leaves it to the provider.
        public var maximumTokens: Int?
        /// Only the most likely tokens that make up this share are drawn from; nil for the model's own.
        public var topP: Double?
        /// Of the model's draws, where its provider takes one.
        public var seed: Int?
        /// Texts that end the reply.
        public var stop: [String]
        /// What a reply looks like.
        public var format: ChatRequest.ReplyFormat
        /// Which independent repeat is asked for.
        public var repetition: Int

        public init(
            maximumTokens: Int? = nil, topP: Double? = nil, seed: Int? = nil, stop: [String] = [],
            format: ChatRequest.ReplyFormat = .text, repetition: Int = 0
        ) {
            self.maximumTokens = maximumTokens
            self.topP = topP
            self.seed = seed
            self.stop = stop
            self.format = format
            self.repetition = repetition
        }
    }

    /// - Parameter base: Who answers: a ``ModelCatalog``, or one behind a cache and a budget.
    public init(_ name: ModelName, from base: any LanguageModel, settings: Settings = Settings()) {
        self.name = name
        self.base = base
        self.settings = settings
    }

    /// Asks the model and records one node: the reply, read from the prompt and the settings that are traced. The node
    /// knows the call's tokens, cost and recorded reply.
    ///
    /// A reply that was cut off at the token limit is a text like any other, and a node of its own says so. A hint that the
    /// run was given for `node` is put behind the prompt.
    ///
    /// - Parameters:
    ///   - prompt: The user's message.
    ///   - system: The system's message.
    ///   - temperature: 0 for the likeliest reply; nil leaves it to the provider.
    ///   - node: What the node is called.
    /// - Throws: What the model throws, and ``ModelError`` with code `refused` when it declines; both recorded as a
    ///   failure node.
    public func reply(
        to prompt: Traced<String>, system: Traced<String>? = nil, temperature: Traced<Double>? = nil,
        node: String = "reply"
    ) async throws -> Traced<String> {
        var inputs = [prompt.input(as: "prompt")]
        if let system { inputs.append(system.input(as: "system")) }
        if let temperature { inputs.append(temperature.input(as: "temperature")) }
        let hint = Traced.hint(for: node)
        if let hint { inputs.append(hint.input(as: "hint")) }
        var messages = [ChatMessage.user(Traced.hinted(prompt.value, with: hint))]
        if let system { messages.insert(.system(system.value), at: 0) }
        let request = ChatRequest(
            model: name, messages: messages, temperature: temperature?.value, maximumTokens: settings.maximumTokens,
            topP: settings.topP, seed: settings.seed, stop: settings.stop, format: settings.format,
            repetition: settings.repetition)
        var wasCut = false
        let reply = try await traced(
            "call", node: node, inputs: inputs, documentation: "Asks the model with the prompt."
        ) {
            let reply = try await base.reply(to: request)
            Recording.note(
                model: (reply.answeredBy ?? name).description, completion: reply.completion, usage: reply.usage,
                wasCached: reply.wasCached,
                duration: reply.duration)
            guard reply.finish != .refusal else {
                throw ModelError(.refused, "the model declined to answer", model: name)
            }
            wasCut = reply.finish == .length
            return reply.text
        }
        let documentation = "The reply was cut off at the token limit before it ended."
        let inputsOfCut = [reply.input(as: "reply")]
        guard wasCut else {
            return answered(
                "cut", node: "\(node).cut", inputs: inputsOfCut, documentation: documentation, as: String.self) ?? reply
        }
        return traced("cut", node: "\(node).cut", inputs: inputsOfCut, documentation: documentation) { reply.value }
    }
}
