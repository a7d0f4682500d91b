extension AsyncThrowingStream where Element == ChatPiece, Failure == any Error {
    /// A stream of what `produce` emits, ended when it returns or throws; it is cancelled when nobody listens any more.
    init(producing produce: @escaping @Sendable (_ emit: @Sendable (ChatPiece) -> Void) async throws -> Void) {
        self.init { continuation in
            let task = Task {
                do {
                    try await produce { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

extension LanguageModel {
    /// Hands on the pieces of a streamed reply and returns the whole.
    ///
    /// - Throws: What the stream throws; ``ModelError/Code/interrupted`` when it ends without the whole reply.
    func relay(_ request: ChatRequest, _ emit: (ChatPiece) -> Void) async throws -> ChatReply {
        var whole: ChatReply?
        for try await piece in stream(request) {
            if case .finished(let reply) = piece { whole = reply } else { emit(piece) }
        }
        try Task.checkCancellation()
        guard let whole else {
            throw ModelError(
                .interrupted, "the stream of \(request.model) ended before the reply", model: request.model)
        }
        return whole
    }
}
