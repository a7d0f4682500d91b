import HTTPTypes

/// Models behind Ollama's own chat interface.
///
/// Source: https://github.com/ollama/ollama/blob/main/docs/api.md
public struct OllamaProvider: LanguageModel {
    /// Where Ollama listens by itself.
    private static let usual = "http://127.0.0.1:11434"

    let endpoint: ProviderEndpoint<OllamaWire>

    /// - Parameters:
    ///   - transport: Carries the calls; one transport serves any number of providers.
    ///   - address: Such as `http://127.0.0.1:11434`.
    ///   - key: Sent as a bearer token; nil for a server of one's own.
    public init(
        _ transport: any HTTPTransport, at address: ServerAddress, key: APIKey? = nil,
        timeouts: TransferTimeouts = TransferTimeouts()
    ) {
        var fields = HTTPFields()
        if let key { fields[.authorization] = "Bearer \(key.secret)" }
        endpoint = ProviderEndpoint(
            wire: OllamaWire(), transport: transport, base: address, key: key, variables: .ollama, timeouts: timeouts,
            wallClock: secondsSince1970, fields: fields)
    }

    /// The provider that `environment` describes: `OLLAMA_HOST`, read as Ollama reads it (`host`, `host:port`, `:port`
    /// or an URL), by default port 11434 of this machine; `OLLAMA_API_KEY` where the server wants a key.
    ///
    /// - Throws: ``ModelError`` with code `unreachable` when the address is none.
    public init(
        _ transport: any HTTPTransport, environment: [String: String], timeouts: TransferTimeouts = TransferTimeouts()
    ) throws(ModelError) {
        self.init(
            transport, at: try Self.address(in: environment), key: ProviderVariables.ollama.key(in: environment),
            timeouts: timeouts)
    }

    private static func address(in environment: [String: String]) throws(ModelError) -> ServerAddress {
        guard let address = address(environment[ProviderVariables.ollama.address] ?? "") else {
            throw ModelError(
                .unreachable, "OLLAMA_HOST is not an address: give it as host, host:port or http://host:port")
        }
        return address
    }

    /// Reads an address as Ollama does.
    static func address(_ text: String) -> ServerAddress? {
        if text.contains("://") { return ServerAddress(text).map(reachable) }
        let host = text.prefix { $0 != "/" }
        let path = text[host.endIndex...]
        let name = host.isEmpty ? "127.0.0.1" : host.first == ":" ? "127.0.0.1" + host : String(host)
        let hasPort = name[(name.lastIndex(of: "]") ?? name.startIndex)...].contains(":")
        return ServerAddress("http://\(name)\(hasPort ? "" : ":11434")\(path)").map(reachable)
    }

    /// Where a server that listens on every interface can be called.
    private static func reachable(_ address: ServerAddress) -> ServerAddress {
        guard address.hostName == "0.0.0.0" else { return address }
        return ServerAddress("\(address.scheme)://127.0.0.1" + address.url.dropFirst(address.scheme.count + 10))
            ?? address
    }

    public func reply(to request: ChatRequest) async throws -> ChatReply { try await endpoint.reply(to: request) }

    /// Nothing is sent before the first piece is asked for.
    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        endpoint.stream(request)
    }

    /// The address, unless it is where Ollama listens on this machine by itself.
    public func endpoint(of model: ModelName) async throws -> String? { endpoint.base.identity(apartFrom: Self.usual) }

    /// What ``endpoint(of:)`` of the provider that `environment` describes says.
    static func endpoint(in environment: [String: String]) throws(ModelError) -> String? {
        try address(in: environment).identity(apartFrom: usual)
    }
}
