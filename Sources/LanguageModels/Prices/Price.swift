public import TraceGraph

/// What a model costs, US dollars per million tokens.
public struct Price: Sendable, Hashable {
    /// US dollars per million tokens of prompts.
    public var prompt: Double
    /// Prompt tokens the provider had cached.
    public var cachedPrompt: Double
    /// US dollars per million tokens of replies.
    public var completion: Double

    /// - Parameter cachedPrompt: The price of uncached prompt tokens when nil.
    public init(prompt: Double, cachedPrompt: Double? = nil, completion: Double) {
        self.prompt = prompt
        self.cachedPrompt = cachedPrompt ?? prompt
        self.completion = completion
    }

    /// Nothing at all, as for a model on this machine.
    public static let free = Price(prompt: 0, completion: 0)

    /// What `usage` costs, US dollars.
    public func cost(of usage: Usage) -> Double {
        let fresh = max(0, usage.promptTokens - usage.cachedPromptTokens)
        return
            (Double(fresh) * prompt + Double(usage.cachedPromptTokens) * cachedPrompt
            + Double(usage.completionTokens) * completion) / 1_000_000
    }
}
