extension PriceTable {
    /// The day the vendors' price pages were last read for ``standard``.
    public static let standardDate = "2026-11-23"

    /// List prices for direct use at normal speed, without batch discounts and long-context surcharges.
    ///
    /// Taken from the vendors' published tables (OpenAI: models priced per token since 2023; Anthropic: platform
    /// pricing page); override what differs for you with ``overridden(by:)`` or a price file.
    public static let standard = PriceTable(
        openAI.merging(anthropic) { first, _ in first },
        freeProviders: ["local", "ollama", "scripted"])

    private static let openAI: [String: Price] = [
        "openai:gpt-5.5": Price(prompt: 5, cachedPrompt: 0.5, completion: 30),
        "openai:gpt-5.5-pro": Price(prompt: 30, completion: 180),
        "openai:gpt-5.4": Price(prompt: 2.5, cachedPrompt: 0.25, completion: 15),
        "openai:gpt-5.4-mini": Price(prompt: 0.75, cachedPrompt: 0.075, completion: 4.5),
        "openai:gpt-5.4-nano": Price(prompt: 0.2, cachedPrompt: 0.02, completion: 1.25),
        "openai:gpt-5.4-pro": Price(prompt: 30, completion: 180),
        "openai:gpt-5.1": Price(prompt: 1.25, cachedPrompt: 0.125, completion: 10),
        "openai:gpt-5": Price(prompt: 1.25, cachedPrompt: 0.125, completion: 10),
        "openai:gpt-5-mini": Price(prompt: 0.25, cachedPrompt: 0.025, completion: 2),
        "openai:gpt-5-nano": Price(prompt: 0.05, cachedPrompt: 0.005, completion: 0.4),
        "openai:gpt-4.1": Price(prompt: 2, cachedPrompt: 0.5, completion: 8),
        "openai:gpt-4.1-mini": Price(prompt: 0.4, cachedPrompt: 0.1, completion: 1.6),
        "openai:gpt-4.1-nano": Price(prompt: 0.1, cachedPrompt: 0.025, completion: 0.4),
        "openai:gpt-4o": Price(prompt: 2.5, cachedPrompt: 1.25, completion: 10),
        "openai:gpt-4o-2024-05-13": Price(prompt: 5, completion: 15),
        "openai:gpt-4o-mini": Price(prompt: 0.15, cachedPrompt: 0.075, completion: 0.6),
        "openai:o1": Price(prompt: 15, cachedPrompt: 7.5, completion: 60),
        "openai:o3": Price(prompt: 2, cachedPrompt: 0.5, completion: 8),
        "openai:o3-mini": Price(prompt: 1.1, cachedPrompt: 0.55, completion: 4.4),
        "openai:o4-mini": Price(prompt: 1.1, cachedPrompt: 0.275, completion: 4.4),
        "openai:gpt-4-turbo": Price(prompt: 10, completion: 30),
        "openai:gpt-4": Price(prompt: 30, completion: 60),
        "openai:gpt-3.5-turbo": Price(prompt: 0.5, completion: 1.5),
    ]

    private static let anthropic: [String: Price] = {
        let opus = Price(prompt: 5, cachedPrompt: 0.5, completion: 25)
        let earlyOpus = Price(prompt: 15, cachedPrompt: 1.5, completion: 75)
        let sonnet = Price(prompt: 3, cachedPrompt: 0.3, completion: 15)
        return [
            "anthropic:claude-opus-5-5": Price(prompt: 4, cachedPrompt: 0.2, completion: 20),
            "anthropic:claude-opus-5": opus,
            "anthropic:claude-opus-4-8": opus,
            "anthropic:claude-opus-4-7": opus,
            "anthropic:claude-opus-4-6": opus,
            "anthropic:claude-opus-4-5": opus,
            "anthropic:claude-opus-4-1": earlyOpus,
            "anthropic:claude-opus-4-0": earlyOpus,
            "anthropic:claude-opus-4": earlyOpus,
            "anthropic:claude-3-opus": earlyOpus,
            "anthropic:claude-sonnet-5-5": Price(prompt: 2, cachedPrompt: 0.1, completion: 10),
            "anthropic:claude-sonnet-5": Price(prompt: 2, cachedPrompt: 0.2, completion: 10),
            "anthropic:claude-sonnet-4-6": sonnet,
            "anthropic:claude-sonnet-4-5": sonnet,
            "anthropic:claude-sonnet-4-0": sonnet,
            "anthropic:claude-sonnet-4": sonnet,
            "anthropic:claude-3-7-sonnet": sonnet,
            "anthropic:claude-3-5-sonnet": sonnet,
            "anthropic:claude-haiku-4-5": Price(prompt: 1, cachedPrompt: 0.1, completion: 5),
            "anthropic:claude-3-5-haiku": Price(prompt: 0.8, cachedPrompt: 0.08, completion: 4),
            "anthropic:claude-3-haiku": Price(prompt: 0.25, cachedPrompt: 0.03, completion: 1.25),
        ]
    }()
}
