/// The environment variables a provider is set up by, as messages name them.
public struct ProviderVariables: Sendable, Hashable {
    /// Holds the key.
    public var key: String
    /// Holds the address.
    public var address: String

    public init(key: String, address: String) {
        self.key = key
        self.address = address
    }

    /// Those of OpenAI, and of servers that speak as theirs do.
    public static let openAI = ProviderVariables(key: "OPENAI_API_KEY", address: "OPENAI_BASE_URL")
    /// Those of Anthropic.
    public static let anthropic = ProviderVariables(key: "ANTHROPIC_API_KEY", address: "ANTHROPIC_BASE_URL")
    /// Those of Ollama.
    public static let ollama = ProviderVariables(key: "OLLAMA_API_KEY", address: "OLLAMA_HOST")

    func key(in environment: [String: String]) -> APIKey? { environment[key].flatMap { APIKey($0) } }

    /// The address `environment` gives; nil when it gives none.
    func address(in environment: [String: String]) throws(ModelError) -> ServerAddress? {
        guard let text = environment[address], !text.isEmpty else { return nil }
        guard let found = ServerAddress(text) else {
            throw ModelError(
                .unreachable, "\(address) is not an address: give it as https://host/path or http://host:port/path")
        }
        return found
    }
}
