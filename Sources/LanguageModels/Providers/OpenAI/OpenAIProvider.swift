import HTTPTypes
public import TraceGraph

/// Models behind OpenAI's Chat Completions interface: OpenAI itself and every server compatible with it.
///
/// Source: https://platform.openai.com/docs/api-reference/chat
public struct OpenAIProvider: LanguageModel {
    /// The field that limits the reply's tokens.
    public enum TokenLimit: String, Sendable, Hashable {
        /// Understood by compatible servers.
        case classic = "max_tokens"
        /// The only one OpenAI's newer models accept.
        case completion = "max_completion_tokens"
    }

    /// OpenAI itself.
    private static let vendor = "https://api.openai.com/v1"

    let endpoint: ProviderEndpoint<OpenAIWire>

    /// - Parameters:
    ///   - transport: Carries the calls; one transport serves any number of providers.
    ///   - address: With the version, such as `http://127.0.0.1:8080/v1`.
    ///   - key: Sent as a bearer token; nil for servers that want none.
    ///   - tokenLimit: nil for `completion` at api.openai.com and `classic` elsewhere.
    ///   - extraFields: Added to each request's body, replacing what stands there under the same names; such as
    ///     `cache_prompt` for llama.cpp.
    ///   - variables: The environment variables that messages name.
    public init(
        _ transport: any HTTPTransport, at address: ServerAddress, key: APIKey? = nil,
        timeouts: TransferTimeouts = TransferTimeouts(), tokenLimit: TokenLimit? = nil, extraFields: Fields = [:],
        variables: ProviderVariables = .openAI
    ) {
        let isOpenAI = address.hostName.lowercased() == "api.openai.com"
        let wire = OpenAIWire(
            tokenLimit: tokenLimit ?? (isOpenAI ? .completion : .classic), extraFields: extraFields)
        var fields = HTTPFields()
        if let key { fields[.authorization] = "Bearer \(key.secret)" }
        endpoint = ProviderEndpoint(
            wire: wire, transport: transport, base: address, key: key, variables: variables, timeouts: timeouts,
            wallClock: secondsSince1970, fields: fields)
    }

    /// The provider that `environment` describes: `OPENAI_API_KEY`, and `OPENAI_BASE_URL` (with `/v1`) where it is not
    /// OpenAI itself.
    ///
    /// - Throws: ``ModelError`` with code `missingKey` when OpenAI is to be called without a key, `unreachable` when the
    ///   address is none.
    public init(
        _ transport: any HTTPTransport, environment: [String: String], timeouts: TransferTimeouts = TransferTimeouts(),
        extraFields: Fields = [:]
    ) throws(ModelError) {
        let variables = ProviderVariables.openAI
        let key = variables.key(in: environment)
        let given = try variables.address(in: environment)
        guard let address = given ?? ServerAddress(Self.vendor), key != nil || given != nil else {
            throw ModelError(
                .missingKey, "there is no key for OpenAI: set OPENAI_API_KEY, or OPENAI_BASE_URL to a server without")
        }
        self.init(
            transport, at: address, key: key, timeouts: timeouts, extraFields: extraFields, variables: variables)
    }

    public func reply(to request: ChatRequest) async throws -> ChatReply { try await endpoint.reply(to: request) }

    /// Nothing is sent before the first piece is asked for.
    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        endpoint.stream(request)
    }

    /// The address, unless it is OpenAI's own.
    public func endpoint(of model: ModelName) async throws -> String? { endpoint.base.identity(apartFrom: Self.vendor) }

    /// What ``endpoint(of:)`` of the provider that `environment` describes says, whether or not there is a key.
    static func endpoint(in environment: [String: String]) throws(ModelError) -> String? {
        try ProviderVariables.openAI.address(in: environment)?.identity(apartFrom: vendor)
    }
}
