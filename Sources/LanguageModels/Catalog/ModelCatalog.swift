import Foundation
import Synchronization

/// Every model by its name: finds its provider, and puts prices, limits, retries and what it will not be told around it.
///
/// It answers requests to any model, by the name each request carries, so that one cache and one ledger serve them all:
/// `MeteredModel(CachedModel(catalog, cache: …), ledger: …)`. Connections, limits, breakers, scripts and local servers
/// are shared by all calls of a catalog. Each try of a call passes the limits anew: a call that waits before it tries
/// again holds nobody up, and the limits learn from every refusal.
public final class ModelCatalog: LanguageModel {
    /// What the models of one provider share.
    private struct Endpoint {
        let limiter: RequestLimiter
        let breaker: EndpointBreaker
        var provider: (any LanguageModel)?
    }

    private struct State {
        var models: [ModelName: any LanguageModel] = [:]
        var endpoints: [String: Endpoint] = [:]
        var scripts: [String: ScriptedModel] = [:]
        var transport: (any HTTPTransport)?
        var local: LocalModels?
        var identities: [ModelName: String?] = [:]
    }

    /// What it was made with.
    public let settings: CatalogSettings
    private let environment: [String: String]
    private let time: Timekeeper
    private let random: @Sendable () -> Double
    private let state: Mutex<State>
    private let identifying = Flights<ModelName, String?>()

    /// - Parameters:
    ///   - environment: `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL`, `OLLAMA_HOST`,
    ///     and what ``LocalModels`` and ``CurlOptions`` read.
    ///   - transport: Carries the calls; a ``CurlTransport``, made when it is first needed, when nil.
    ///   - random: Uniform numbers, 0 up to 1, for the jitter of retries.
    public init(
        environment: [String: String], settings: CatalogSettings = CatalogSettings(),
        transport: (any HTTPTransport)? = nil, time: Timekeeper = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        var environment = environment
        for (provider, variables) in Self.variables where settings.addresses[provider] != nil {
            environment[variables.address] = settings.addresses[provider]
        }
        self.environment = environment
        self.settings = settings
        self.time = time
        self.random = random
        self.state = Mutex(State(transport: transport))
    }

    /// The models that this process' environment gives access to.
    public convenience init() { self.init(environment: ProcessInfo.processInfo.environment) }

    private static let variables: [String: ProviderVariables] = [
        "openai": .openAI, "anthropic": .anthropic, "ollama": .ollama,
    ]

    /// The providers there are, by name.
    public var providers: [String] {
        Set(["openai", "anthropic", "ollama", "local", "scripted"]).union(settings.providers.keys).sorted()
    }

    /// The model called `name`, with prices, limits and retries. Nothing is sent or started.
    ///
    /// - Throws: ``ModelError`` with code `unknownProvider` (with the nearest name there is), `missingKey` (with the
    ///   variable), `script`, `setting`, `unknownModel` for a local name that does not exist.
    public func model(_ name: ModelName) throws -> any LanguageModel {
        try state.withLock { state in
            if let model = state.models[name] { return model }
            let provider = try provider(for: name, &state)
            let endpoint = endpoint(name.provider, state)
            state.endpoints[name.provider] = endpoint
            let model = AdaptingModel(
                RetryingModel(
                    LimitedModel(
                        PricedModel(provider, prices: settings.prices), limiter: endpoint.limiter,
                        policy: settings.retries), policy: settings.retries, breaker: endpoint.breaker, time: time,
                    random: random,
                    onDelay: settings.onDelay))
            state.models[name] = model
            return model
        }
    }

    /// - Throws: What ``model(_:)`` and the model throw.
    public func reply(to request: ChatRequest) async throws -> ChatReply {
        try await model(request.model).reply(to: request)
    }

    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        do {
            return try model(request.model).stream(request)
        } catch {
            return AsyncThrowingStream { $0.finish(throwing: error) }
        }
    }

    /// Who answers for `name` in this environment; see ``LanguageModel/endpoint(of:)``. Needs no key and starts
    /// nothing.
    ///
    /// - Throws: ``ModelError`` when an address is none, a script or a file of weights cannot be read, or a local name
    ///   does not exist.
    public func endpoint(of name: ModelName) async throws -> String? {
        if let known = state.withLock({ $0.identities[name] }) { return known }
        return try await identifying.value(for: name) { [self] in
            let identity = try await identity(of: name)
            // What is answered for a name stays the same for as long as the catalog lives.
            _ = state.withLock { $0.identities.updateValue(identity, forKey: name) }
            return identity
        }
    }

    private func identity(of name: ModelName) async throws -> String? {
        if settings.providers[name.provider] != nil { return try await model(name).endpoint(of: name) }
        switch name.provider {
        case "openai": return try OpenAIProvider.endpoint(in: environment)
        case "anthropic": return try AnthropicProvider.endpoint(in: environment)
        case "ollama": return try OllamaProvider.endpoint(in: environment)
        case "local": return try local().endpoint(of: name.model)
        case "scripted": return try await state.withLock { try scripted(name, &$0) }.endpoint(of: name)
        // Asking it says what is wrong with the name.
        default: return nil
        }
    }

    /// The models of this machine.
    ///
    /// - Throws: ``ModelError/Code/setting`` when a variable about them is not what it should be.
    public func local() throws -> LocalModels {
        try state.withLock { try local(&$0) }
    }

    /// Ends the local servers that were started for this catalog's calls.
    public func close() async {
        await state.withLock(\.local)?.close()
    }

    private func local(_ state: inout State) throws -> LocalModels {
        if let local = state.local { return local }
        let local = try LocalModels(
            environment: environment, transport: try transport(&state), time: time,
            progress: settings.localProgress)
        state.local = local
        return local
    }

    private func transport(_ state: inout State) throws -> any HTTPTransport {
        if let transport = state.transport { return transport }
        let transport = try CurlTransport(CurlOptions(environment: environment))
        state.transport = transport
        return transport
    }

    private func endpoint(_ provider: String, _ state: State) -> Endpoint {
        if let endpoint = state.endpoints[provider] { return endpoint }
        let usual = provider == "local" ? state.local?.settings.slots ?? 4 : 16
        let limits = RequestLimits(
            inFlight: settings.inFlight ?? usual, requestsPerMinute: settings.requestsPerMinute,
            tokensPerMinute: settings.tokensPerMinute)
        return Endpoint(
            limiter: RequestLimiter(limits, time: time), breaker: EndpointBreaker(time: time), provider: nil)
    }

    private func provider(for name: ModelName, _ state: inout State) throws -> any LanguageModel {
        if let make = settings.providers[name.provider] { return try make(name) }
        if name.provider == "scripted" { return try scripted(name, &state) }
        if name.provider == "local" {
            let local = try local(&state)
            _ = try local.manifest.file(name.model)
            return LocalProvider(local)
        }
        if let provider = state.endpoints[name.provider]?.provider { return provider }
        guard Self.variables[name.provider] != nil else { throw unknownProvider(name) }
        let provider = try remote(name.provider, try transport(&state))
        var endpoint = endpoint(name.provider, state)
        endpoint.provider = provider
        state.endpoints[name.provider] = endpoint
        return provider
    }

    private func remote(_ provider: String, _ transport: any HTTPTransport) throws -> any LanguageModel {
        switch provider {
        case "anthropic":
            try AnthropicProvider(transport, environment: environment, timeouts: settings.timeouts)
        case "ollama":
            try OllamaProvider(transport, environment: environment, timeouts: settings.timeouts)
        default:
            try OpenAIProvider(transport, environment: environment, timeouts: settings.timeouts)
        }
    }

    /// The scripted model of a file; `#…` after the path only tells models of one script apart.
    private func scripted(_ name: ModelName, _ state: inout State) throws -> ScriptedModel {
        let path = name.model.lastIndex(of: "#").map { String(name.model[..<$0]) } ?? name.model
        if let script = state.scripts[path] { return script }
        var file = path
        if let folder = settings.scriptFolder, !folder.isEmpty, !path.hasPrefix("/") {
            let beside = folder + "/" + path
            if FileManager.default.fileExists(atPath: beside) { file = beside }
        }
        let script = ScriptedModel(try Script(file: file))
        state.scripts[path] = script
        return script
    }

    private func unknownProvider(_ name: ModelName) -> ModelError {
        let nearest = NearestName.of(name.provider, among: providers).map { "; did you mean `\($0):\(name.model)`?" }
        return ModelError(
            .unknownProvider,
            "there is no model provider `\(name.provider)`\(nearest ?? "; write a model as provider:model") "
                + "(known are \(providers.joined(separator: ", ")))", model: name)
    }
}
