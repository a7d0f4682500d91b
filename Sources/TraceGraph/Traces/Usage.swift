/// What model calls used up.
///
/// Sums stop at the largest number there is: what a server or a program tells is not to be trusted.
public struct Usage: Sendable, Hashable, Codable {
    /// Calls answered.
    public var calls: Int
    /// Tokens of the prompts, those the provider had cached included.
    public var promptTokens: Int
    /// Of `promptTokens`, those the provider read from its own cache.
    public var cachedPromptTokens: Int
    /// Tokens of the replies.
    public var completionTokens: Int
    /// US dollars; nil when a price is unknown, which is not the same as free.
    public var cost: Double?

    public init(
        calls: Int = 0, promptTokens: Int = 0, cachedPromptTokens: Int = 0, completionTokens: Int = 0,
        cost: Double? = 0
    ) {
        self.calls = calls
        self.promptTokens = promptTokens
        self.cachedPromptTokens = cachedPromptTokens
        self.completionTokens = completionTokens
        self.cost = cost
    }

    /// Nothing used.
    public static let none = Usage()

    /// Of prompts and replies together.
    public var totalTokens: Int { promptTokens.addingUp(completionTokens) }

    /// The sum; its cost is unknown as soon as one of the two is.
    public static func + (a: Usage, b: Usage) -> Usage {
        var cost: Double?
        if let first = a.cost, let second = b.cost { cost = first + second }
        return Usage(
            calls: a.calls.addingUp(b.calls), promptTokens: a.promptTokens.addingUp(b.promptTokens),
            cachedPromptTokens: a.cachedPromptTokens.addingUp(b.cachedPromptTokens),
            completionTokens: a.completionTokens.addingUp(b.completionTokens), cost: cost)
    }

    public static func += (a: inout Usage, b: Usage) { a = a + b }
}
