import TraceGraph

/// Fills in what each reply cost, by a price table; unknown where the table does not know the model, or where the
/// provider does not tell what a reply that is not free used.
public struct PricedModel: LanguageModel {
    private let base: any LanguageModel
    private let prices: PriceTable

    public init(_ base: any LanguageModel, prices: PriceTable) {
        self.base = base
        self.prices = prices
    }

    public func reply(to request: ChatRequest) async throws -> ChatReply {
        priced(try await base.reply(to: request), for: request.model)
    }

    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        AsyncThrowingStream(producing: { emit in
            emit(.finished(priced(try await base.relay(request, emit), for: request.model)))
        })
    }

    public func endpoint(of model: ModelName) async throws -> String? { try await base.endpoint(of: model) }

    private func priced(_ reply: ChatReply, for model: ModelName) -> ChatReply {
        var reply = reply
        let price = prices.price(of: model)
        reply.usage.cost = reply.usage.isUntold && price != .free ? nil : price?.cost(of: reply.usage)
        return reply
    }
}
