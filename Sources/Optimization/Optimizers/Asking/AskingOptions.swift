import TraceGraph

/// How a method that works by asking a model asks it.
public struct AskingOptions: Sendable, Hashable, Codable {
    /// Of the model's answers.
    public var temperature: Double
    /// Tokens of a reply. More are allowed where the values themselves are long.
    public var maximumTokens: Int
    /// Tokens of what a question shows, by ``TextTokens``.
    public var tokenBudget: Int

    public init(temperature: Double = 0.7, maximumTokens: Int = 2048, tokenBudget: Int = 6000) {
        self.temperature = temperature
        self.maximumTokens = maximumTokens
        self.tokenBudget = tokenBudget
    }

    init(_ reader: OptionReader) throws(OptimizerError) {
        self.init(
            temperature: try reader.number("temperature"), maximumTokens: try reader.integer("max_tokens"),
            tokenBudget: try reader.integer("token_budget"))
    }

    /// What a method declares to be given these.
    var declared: [OptimizerOption] {
        [
            .number("temperature", 0...2, standard: temperature, "The temperature of the model's answers."),
            .integer("max_tokens", 64...1_000_000, standard: maximumTokens, "The most tokens of a reply."),
            .integer(
                "token_budget", 256...1_000_000, standard: tokenBudget,
                "The most tokens of what a question shows, estimated."),
        ]
    }
}
