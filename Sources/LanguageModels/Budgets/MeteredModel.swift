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
    /// The longest reply of each model to requests that did not say how long it may be.
    private let longest = Mutex<[ModelName: Int]>([:])

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

    /// - Throws: What ``Ledger/reserve(_:model:tokens:cost:)`` throws, before anything is sent;
    ///   ``ModelError/Code/cutByBudget``, after it was paid for, for a reply that was cut off at what was held back for it.
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
        let (prompt, completion) = (mostOfPrompt(of: request), mostOfReply(to: request))
        let reservation = try await reservation(for: request, key, price, prompt, completion)
        var asked = request
        // What was held back is what may come.
        if capsTokens, request.maximumTokens == nil { asked.ceiling = completion }
        var reply: ChatReply
        do {
            let account = FailedTries.Account(of: ledger, asking: request.model)
            reply = try await FailedTries.$account.withValue(account) { [asked] in try await call(asked) }
        } catch let error as ModelError where error.isOfRequest {
            ledger.fail(reservation)
            throw asked.ceiling.map(error.underCeiling) ?? error
        } catch {
            ledger.release(reservation)
            throw error
        }
        // What a cache keeps says itself what it may have used, so that a replay counts the same.
        let usage = counted(reply.usage, for: reply.completion == nil ? asked : request, price)
        ledger.settle(reservation, usage, wasCached: reply.wasCached, isKept: reply.isCacheable)
        learn(request, reply.usage)
        // Who makes the run again counts it once more, see RepeatingModel.
        if !reply.isCacheable { reply.usage = usage }
        onCall(Call(request: request, key: key, reply: reply, start: start, duration: time.now() - start))
        return try reply.whole(to: request)
    }

    private func reservation(
        for request: ChatRequest, _ key: ContentHash, _ price: Price?, _ prompt: Int, _ completion: Int
    ) async throws -> Ledger.Reservation {
        let kept = ledger.budget == .unlimited ? nil : try recorded(key)
        let usage = kept.map { counted($0, for: request, price) }
        return try await ledger.reserve(
            key, model: request.model.description, tokens: prompt + completion,
            cost: price.map { ($0.prompt * Double(prompt) + $0.completion * Double(completion)) / 1_000_000 },
            recorded: usage)
    }

    /// Whether it matters how many tokens a reply has.
    private var capsTokens: Bool { ledger.budget.tokens != nil || ledger.budget.cost != nil }

    /// What a reply that used `usage` counts as.
    ///
    /// Where the provider does not tell what it used, and tokens or cost are capped, that is the most the call can have
    /// used: by less the caps would not hold. It depends on nothing but the request and its ceiling.
    private func counted(_ usage: Usage, for request: ChatRequest, _ price: Price?) -> Usage {
        var usage = usage
        if usage.isUntold {
            guard capsTokens else {
                usage.cost = usage.cost ?? (price == .free ? 0 : nil)
                return usage
            }
            usage = usage.atMost(for: request)
        }
        usage.cost = usage.cost ?? price?.cost(of: usage)
        return usage
    }

    /// The most tokens of the prompt; more than its bytes for a model that has been seen to count more.
    private func mostOfPrompt(of request: ChatRequest) -> Int {
        let bytes = TokenEstimate.mostOfPrompt(of: request)
        guard let ratio = ratios.withLock({ $0[request.model] }) else { return bytes }
        return Int(min((Double(bytes) * ratio).rounded(.up), 1e12))
    }

    /// The most tokens of the reply; where the request does not say, more for a model that has been seen to write more.
    private func mostOfReply(to request: ChatRequest) -> Int {
        let most = TokenEstimate.mostOfReply(to: request)
        guard request.maximumTokens == nil else { return most }
        return max(most, min(longest.withLock { $0[request.model] } ?? 0, 1_000_000_000))
    }

    private func learn(_ request: ChatRequest, _ usage: Usage) {
        if request.maximumTokens == nil {
            longest.withLock { $0[request.model] = max($0[request.model] ?? 0, usage.completionTokens) }
        }
        let ratio = Double(usage.promptTokens) / Double(TokenEstimate.mostOfPrompt(of: request))
        guard ratio > 1 else { return }
        ratios.withLock { $0[request.model] = max($0[request.model] ?? 1, ratio) }
    }
}

extension ModelError {
    /// The failure, with what was asked for beyond the request itself where that may be to blame.
    fileprivate func underCeiling(_ ceiling: Int) -> ModelError {
        guard code == .contextTooLong || refusedSetting == "max_tokens" else { return self }
        return saying(
            "\(message); \(ceiling) tokens were asked for the reply, since that many are held back under a cap of tokens or "
                + "cost where no max_tokens is set: set it")
    }
}

/// A reply that was cut off at its ceiling, as the cause of the failure that it is to those who asked.
struct CutReply: Error {
    let reply: ChatReply
}

extension ChatReply {
    /// The reply to `request`, as far as a budget has left it whole.
    ///
    /// - Throws: ``ModelError/Code/cutByBudget``, caused by a ``CutReply``, for one of which a budget held back no more.
    func whole(to request: ChatRequest) throws(ModelError) -> ChatReply {
        guard let cutAtCeiling else { return self }
        throw ModelError(
            .cutByBudget,
            "the reply of \(request.model) is longer than the \(cutAtCeiling) tokens that are held back for one under a cap "
                + "of tokens or cost, so it was cut off there; set max_tokens to what a reply may need",
            model: request.model, underlyingError: CutReply(reply: self))
    }
}

extension Usage {
    /// Whether whoever answered did not tell what it used: no prompt has no tokens at all.
    var isUntold: Bool { promptTokens == 0 && completionTokens == 0 && (cost ?? 0) == 0 }

    /// The most that a reply to `request`, as it was sent, can have used where nobody tells what it did.
    func atMost(for request: ChatRequest) -> Usage {
        var usage = self
        usage.promptTokens = TokenEstimate.mostOfPrompt(of: request)
        usage.completionTokens = max(
            TokenEstimate.mostOfReply(to: request), request.maximumTokens == nil ? request.ceiling ?? 0 : 0)
        usage.cost = nil
        return usage
    }
}
