extension LanguageModel {
    /// This model, where every request that lists no other models lists `models`; see ``FallbackModel``.
    public func fallingBack(to models: [ModelName]) -> any LanguageModel {
        models.isEmpty ? self : FallingBack(base: self, models: models)
    }
}

private struct FallingBack: LanguageModel {
    let base: any LanguageModel
    let models: [ModelName]

    func reply(to request: ChatRequest) async throws -> ChatReply { try await base.reply(to: listing(request)) }

    func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> { base.stream(listing(request)) }

    func endpoint(of model: ModelName) async throws -> String? { try await base.endpoint(of: model) }

    private func listing(_ request: ChatRequest) -> ChatRequest {
        guard request.fallbacks.isEmpty else { return request }
        var request = request
        request.fallbacks = models.filter { $0 != request.model }
        return request
    }
}
