/// How much may be asked of one endpoint.
public struct RequestLimits: Sendable, Hashable {
    /// More requests at a time than this are never let through.
    public static let mostInFlight = 100_000

    /// Requests at a time.
    public var inFlight: Int
    /// Requests begun a minute; nil for no limit.
    public var requestsPerMinute: Int?
    /// Tokens a minute, prompts and replies, as estimated before each request; nil for no limit.
    public var tokensPerMinute: Int?

    public init(inFlight: Int, requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil) {
        self.inFlight = inFlight
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
    }
}
