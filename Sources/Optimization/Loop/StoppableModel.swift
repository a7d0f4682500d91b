import LanguageModels

/// Starts no further call once its run was asked to end; what is in flight goes on.
struct StoppableModel: LanguageModel {
    let base: any LanguageModel
    let signal: StopSignal

    /// - Throws: `CancellationError` once the signal was given; what the model throws.
    func reply(to request: ChatRequest) async throws -> ChatReply {
        try check()
        return try await base.reply(to: request)
    }

    func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        do {
            try check()
            return base.stream(request)
        } catch {
            return AsyncThrowingStream { $0.finish(throwing: error) }
        }
    }

    private func check() throws {
        if signal.reason != nil { throw CancellationError() }
    }
}
