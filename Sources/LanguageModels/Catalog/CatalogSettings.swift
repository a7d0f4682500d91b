/// How a ``ModelCatalog`` builds its models, beyond what the environment says.
public struct CatalogSettings: Sendable {
    /// Makes the model of a provider that the catalog does not know by itself.
    public typealias Provider = @Sendable (_ name: ModelName) throws -> any LanguageModel

    /// What each model costs.
    public var prices: PriceTable
    /// Requests at a time to one provider; 4 for local models and 16 for others when nil.
    public var inFlight: Int?
    /// Requests a minute to one provider; nil for no limit.
    public var requestsPerMinute: Int?
    /// Tokens a minute to one provider; nil for no limit.
    public var tokensPerMinute: Int?
    /// How often, and how soon, a failed call is tried again.
    public var retries: RetryPolicy
    /// How long a try may take.
    public var timeouts: TransferTimeouts
    /// Addresses in place of those of the environment, by provider (`openai`, `anthropic`, `ollama`).
    public var addresses: [String: String]
    /// Further providers by name; one of the catalog's own names replaces it.
    public var providers: [String: Provider]
    /// Where scripts of scripted models are looked for before the working folder: that of the file which names them.
    public var scriptFolder: String?
    /// Told what happens while a local model is made ready.
    public var localProgress: @Sendable (LocalProgress) -> Void
    /// Told of each call that waits before it is tried again.
    public var onDelay: @Sendable (CallDelay) -> Void

    public init(
        prices: PriceTable = .standard, inFlight: Int? = nil, requestsPerMinute: Int? = nil,
        tokensPerMinute: Int? = nil, retries: RetryPolicy = RetryPolicy(),
        timeouts: TransferTimeouts = TransferTimeouts(), addresses: [String: String] = [:],
        providers: [String: Provider] = [:], scriptFolder: String? = nil,
        localProgress: @escaping @Sendable (LocalProgress) -> Void = { _ in },
        onDelay: @escaping @Sendable (CallDelay) -> Void = { _ in }
    ) {
        self.prices = prices
        self.inFlight = inFlight
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.retries = retries
        self.timeouts = timeouts
        self.addresses = addresses
        self.providers = providers
        self.scriptFolder = scriptFolder
        self.localProgress = localProgress
        self.onDelay = onDelay
    }
}
