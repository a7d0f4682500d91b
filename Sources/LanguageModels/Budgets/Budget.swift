/// Hard caps over every model of a run; nil means no cap.
public struct Budget: Sendable, Hashable, Codable {
    /// Model calls.
    public var calls: Int?
    /// Tokens, prompts and replies together.
    public var tokens: Int?
    /// US dollars.
    public var cost: Double?
    /// Seconds of wall clock.
    public var seconds: Double?

    public init(calls: Int? = nil, tokens: Int? = nil, cost: Double? = nil, seconds: Double? = nil) {
        self.calls = calls
        self.tokens = tokens
        self.cost = cost
        self.seconds = seconds
    }

    /// No caps.
    public static let unlimited = Budget()
}
