/// Something that answers chats. Models are stacked: a cache over a budget over retries over a provider.
public protocol LanguageModel: Sendable {
    /// The reply to `request`.
    ///
    /// - Throws: ``ModelError``; `CancellationError` when the task is cancelled, after the transfer was closed.
    func reply(to request: ChatRequest) async throws -> ChatReply

    /// The reply to `request`, piece by piece while it arrives, the whole last.
    func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error>

    /// Who answers for `model`, where its name alone does not say: the address of a server that is not the vendor's
    /// own, without credentials; `sha256:` and the digest of a script or of a file of weights. Nil where the name says
    /// it all.
    ///
    /// It is part of a request's key: equal names that stand for different models never share a recorded reply.
    ///
    /// - Throws: ``ModelError`` when an address is none or a file cannot be read.
    func endpoint(of model: ModelName) async throws -> String?
}

/// One piece of a streamed reply.
public enum ChatPiece: Sendable, Hashable {
    /// Text that follows what came before.
    case text(String)
    /// The end: the whole reply.
    case finished(ChatReply)
}

extension LanguageModel {
    /// For models whose name says it all.
    public func endpoint(of model: ModelName) async throws -> String? { nil }

    /// `request` with the endpoint that is going to answer it.
    func addressed(_ request: ChatRequest) async throws -> ChatRequest {
        guard request.endpoint == nil, let endpoint = try await endpoint(of: request.model) else { return request }
        var request = request
        request.endpoint = endpoint
        return request
    }

    /// For models that answer in one piece.
    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    let reply = try await self.reply(to: request)
                    if !reply.text.isEmpty { continuation.yield(.text(reply.text)) }
                    continuation.yield(.finished(reply))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
