/// Something that answers chats. Models are stacked: a cache over a budget over retries over a provider.
public protocol LanguageModel: Sendable {
    /// The reply to `request`.
    ///
    /// - Throws: ``ModelError``; `CancellationError` when the task is cancelled, after the transfer was closed.
    func reply(to request: ChatRequest) async throws -> ChatReply

    /// The reply to `request`, piece by piece while it arrives, the whole last.
    func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error>
}

/// One piece of a streamed reply.
public enum ChatPiece: Sendable, Hashable {
    /// Text that follows what came before.
    case text(String)
    /// The end: the whole reply.
    case finished(ChatReply)
}

extension LanguageModel {
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
