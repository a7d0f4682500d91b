import HTTPTypes

/// Models behind Anthropic's Messages interface.
///
/// Seeds and log-probabilities do not exist there and are left out. A reply in JSON is asked for by forcing a single
/// tool whose input is the reply; such a reply is streamed in one piece.
///
/// Source: https://docs.anthropic.com/en/api/messages
public struct AnthropicProvider: LanguageModel {
    /// The version of the interface that is spoken.
    public static let version = "2023-06-01"

    /// Anthropic itself.
    private static let vendor = "https://api.anthropic.com"

    let endpoint: ProviderEndpoint<AnthropicWire>

    /// - Parameters:
    ///   - transport: Carries the calls; one transport serves any number of providers.
    ///   - address: Without the version, such as `https://api.anthropic.com`.
    ///   - key: Sent as `x-api-key`; nil for servers that want none.
    ///   - defaultMaximumTokens: What a request that sets no limit is given, because the interface demands one.
    public init(
        _ transport: any HTTPTransport, at address: ServerAddress, key: APIKey? = nil,
        timeouts: TransferTimeouts = TransferTimeouts(), defaultMaximumTokens: Int = 4096
    ) {
        var fields = HTTPFields()
        fields.add("anthropic-version", Self.version)
        if let key { fields.add("x-api-key", key.secret) }
        endpoint = ProviderEndpoint(
            wire: AnthropicWire(defaultMaximumTokens: defaultMaximumTokens), transport: transport, base: address,
            key: key, variables: .anthropic, timeouts: timeouts, wallClock: secondsSince1970, fields: fields)
    }

    /// The provider that `environment` describes: `ANTHROPIC_API_KEY`, and `ANTHROPIC_BASE_URL` (without `/v1`) where it
    /// is not Anthropic itself.
    ///
    /// - Throws: ``ModelError`` with code `missingKey` when Anthropic is to be called without a key, `unreachable` when
    ///   the address is none.
    public init(
        _ transport: any HTTPTransport, environment: [String: String], timeouts: TransferTimeouts = TransferTimeouts(),
        defaultMaximumTokens: Int = 4096
    ) throws(ModelError) {
        let key = ProviderVariables.anthropic.key(in: environment)
        let given = try ProviderVariables.anthropic.address(in: environment)
        guard let address = given ?? ServerAddress(Self.vendor), key != nil || given != nil else {
            throw ModelError(
                .missingKey,
                "there is no key for Anthropic: set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL to a server without")
        }
        self.init(
            transport, at: address, key: key, timeouts: timeouts, defaultMaximumTokens: defaultMaximumTokens)
    }

    public func reply(to request: ChatRequest) async throws -> ChatReply { try await endpoint.reply(to: request) }

    /// Nothing is sent before the first piece is asked for.
    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        endpoint.stream(request)
    }

    /// The address, unless it is Anthropic's own.
    public func endpoint(of model: ModelName) async throws -> String? { Self.identity(of: endpoint.base) }

    /// What ``endpoint(of:)`` of the provider that `environment` describes says, whether or not there is a key.
    static func endpoint(in environment: [String: String]) throws(ModelError) -> String? {
        try ProviderVariables.anthropic.address(in: environment).flatMap(identity)
    }

    /// The address with or without the version is the same place.
    private static func identity(of address: ServerAddress) -> String? {
        address.identity(apartFrom: vendor, leavingOut: "/v1")
    }
}
