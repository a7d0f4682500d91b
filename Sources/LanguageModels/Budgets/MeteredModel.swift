public import ContentHash
import Synchronization
public import TraceGraph

/// Keeps every call within the budget of a run and tells who watches what each one used.
///
/// It belongs outside the cache (see ``Ledger``): `MeteredModel(CachedModel(models, …), …)`.
public final class MeteredModel: LanguageModel {
    /// A call that was answered, by a model or by a cache.
    public struct Call: Sendable {
        /// As it was asked, its endpoint filled in.
        public let request: ChatRequest
        /// The key of the request.
        public let key: ContentHash
        public let reply: ChatReply
        /// When it began, by the timekeeper.
        public let start: Duration
        /// How long it took, waits for its turn included.
        public let duration: Duration
    }

    private let base: any LanguageModel
    private let ledger: Ledger
    private let prices: PriceTable
    private let time: Timekeeper
    private let recorded: @Sendable (ContentHash) throws -> Usage?
    private let onCall: @Sendable (Call) -> Void
    private let ratios = Mutex<[ModelName: Double]>([:])

    /// - Parameters:
    ///   - prices: What reservations are worth.
    ///   - onCall: Told of each answered call, in the task that made it.
    ///   - recorded: What the recorded reply to a request used, where the cache below has one: exactly that is reserved.
    public init(
        _ base: any LanguageModel, ledger: Ledger, prices: PriceTable = .standard, time: Timekeeper = .system,
        onCall: @escaping @Sendable (Call) -> Void = { _ in },
        recorded: @escaping @Sendable (ContentHash) throws -> Usage? = { _ in nil }
    ) {
        self.base = base
        self.ledger = ledger
        self.prices = prices
        self.time = time
        self.recorded = recorded
        self.onCall = onCall
    }

    /// - Throws: What ``Ledger/reserve(_:model:tokens:cost:)`` throws, before anything is sent.
    public func reply(to request: ChatRequest) async throws -> ChatReply {
        try await metered(request) { try await base.reply(to: $0) }
    }

    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        AsyncThrowingStream(producing: { [self] emit in
            emit(.finished(try await metered(request) { try await base.relay($0, emit) }))
        })
    }

    public func endpoint(of model: ModelName) async throws -> String? { try await base.endpoint(of: model) }

    private func metered(
        _ request: ChatRequest, _ call: (ChatRequest) async throws -> ChatReply
    ) async throws -> ChatReply {
        let start = time.now()
        let request = try await base.addressed(request)
        let key = request.key
        let price = prices.price(of: request.model)
        let reservation = try await reservation(for: request, key, price)
        let reply: ChatReply
        do {
            let account = FailedTries.Account(of: ledger, asking: request.model)
            reply = try await FailedTries.$account.withValue(account) { try await call(request) }
        } catch let error as ModelError where error.isOfRequest {
            ledger.fail(reservation)
            throw error
        } catch {
            ledger.release(reservation)
            throw error
        }
        var usage = reply.usage
        usage.cost = usage.cost ?? price?.cost(of: usage)
        ledger.settle(reservation, usage, wasCached: reply.wasCached, isKept: reply.isCacheable)
        learn(request, usage.promptTokens)
        onCall(Call(request: request, key: key, reply: reply, start: start, duration: time.now() - start))
        return reply
    }

    private func reservation(
        for request: ChatRequest, _ key: ContentHash, _ price: Price?
    ) async throws -> Ledger.Reservation {
        let prompt = mostOfPrompt(of: request)
        let completion = TokenEstimate.mostOfReply(to: request)
        let kept = ledger.budget == .unlimited ? nil : try recorded(key)
        let usage = kept.map { kept in
            var usage = kept
            usage.cost = kept.cost ?? price?.cost(of: kept)
            return usage
        }
        return try await ledger.reserve(
            key, model: request.model.description, tokens: prompt + completion,
            cost: price.map { ($0.prompt * Double(prompt) + $0.completion * Double(completion)) / 1_000_000 },
            recorded: usage)
    }

    /// The most tokens of the prompt; more than its bytes for a model that has been seen to count more.
    private func mostOfPrompt(of request: ChatRequest) -> Int {
        let bytes = TokenEstimate.mostOfPrompt(of: request)
        guard let ratio = ratios.withLock({ $0[request.model] }) else { return bytes }
        return Int(min((Double(bytes) * ratio).rounded(.up), 1e12))
    }

    private func learn(_ request: ChatRequest, _ promptTokens: Int) {
        let ratio = Double(promptTokens) / Double(TokenEstimate.mostOfPrompt(of: request))
        guard ratio > 1 else { return }
        ratios.withLock { $0[request.model] = max($0[request.model] ?? 1, ratio) }
    }
}
