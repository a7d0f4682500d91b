import TraceGraph

/// Models on this machine, served by llama.cpp. The server is started by the first call and ends with this process.
public struct LocalProvider: LanguageModel {
    private let local: LocalModels

    public init(_ local: LocalModels) {
        self.local = local
    }

    /// - Throws: ``ModelError`` with code `unknownModel`, `download` or `localServer` when the model cannot be made
    ///   ready; what ``OpenAIProvider`` throws.
    public func reply(to request: ChatRequest) async throws -> ChatReply {
        try await served(request.model, canRepeat: { true }) { try await $0.reply(to: request) }
    }

    /// As ``reply(to:)``; once a piece has been handed on, nothing is asked again.
    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        AsyncThrowingStream(producing: { emit in
            var started = false
            let reply = try await served(request.model, canRepeat: { !started }) { provider in
                try await provider.relay(request) { piece in
                    started = true
                    emit(piece)
                }
            }
            emit(.finished(reply))
        })
    }

    public func endpoint(of model: ModelName) async throws -> String? { try local.endpoint(of: model.model) }

    /// Calls the server of `model`. One that has ended is started anew, once.
    private func served(
        _ model: ModelName, canRepeat: () -> Bool, _ call: (OpenAIProvider) async throws -> ChatReply
    ) async throws -> ChatReply {
        let first = try await local.server(for: model.model)
        do {
            return try await call(try provider(of: first.server))
        } catch let error as ModelError where [.unreachable, .interrupted].contains(error.code) {
            guard canRepeat(), await local.replace(first, of: model.model) else { throw error }
            let second = try await local.server(for: model.model)
            do {
                return try await call(try provider(of: second.server))
            } catch let error as ModelError where [.unreachable, .interrupted].contains(error.code) {
                throw ModelError(
                    .localServer,
                    "the local server of \(model) ended twice during a call; is there enough memory? Its log "
                        + "\(second.server.log) ends: \(LogTail.ofFile(second.server.log))",
                    model: model, underlyingError: error)
            }
        }
    }

    private func provider(of server: RunningServer) throws(ModelError) -> OpenAIProvider {
        guard let address = ServerAddress(server.url + "/v1") else {
            throw ModelError(.localServer, "\(server.url) is not an address")
        }
        return OpenAIProvider(
            local.transport, at: address,
            // A small machine may take long over a long prompt, before the first byte.
            timeouts: TransferTimeouts(connect: .seconds(5), firstByte: .seconds(1800), total: .seconds(3600)),
            extraFields: ["cache_prompt": .flag(local.settings.cachesPrompts)],
            variables: ProviderVariables(key: "OPTRACE_LOCAL_KEY", address: "OPTRACE_CACHE_HOME"))
    }
}
