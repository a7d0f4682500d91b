public import ContentHash
import Synchronization
public import TraceGraph

extension Ledger {
    /// Reserves what one call may use at most, before it is made.
    ///
    /// A further use of a request that has been counted needs nothing. While the same request is being answered, its
    /// other uses share the reservation. The caller's ``Earmark/current`` earmark is used up first.
    ///
    /// - Parameters:
    ///   - key: The request's ``ChatRequest/key``.
    ///   - model: As `provider:name`.
    ///   - tokens: The most tokens of prompt and reply together.
    ///   - cost: The most it can cost, US dollars; nil when the price is unknown.
    ///   - recorded: What the reply used, where a cache has it: exactly that is reserved then, and no time is needed.
    /// - Returns: A reservation, to be settled or released exactly once.
    /// - Throws: ``ModelError/Code/budgetExhausted`` when the call does not fit; ``ModelError/Code/unknownPrice`` when
    ///   there is a cost cap and no price; `CancellationError` when cancelled while it waits for others to settle.
    public func reserve(
        _ key: ContentHash, model: String, tokens: Int, cost: Double?, recorded: Usage? = nil
    ) async throws -> Reservation {
        let estimate = Spend(callWith: tokens, cost: cost)
        let request = Request(
            key: key, model: model, most: recorded.map { Spend(call: $0) } ?? estimate, estimate: estimate,
            earmark: Earmark.current?.number(in: self), isRecorded: recorded != nil)
        let ticket = state.withLock { $0.line.ticket() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Reservation, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if let answer = decide(request, &state, isFirst: state.line.isEmpty) { return answer }
                    state.line.append(Waiter(request: request, continuation: continuation), ticket)
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.line.remove(ticket) }
            waiter?.continuation.resume(throwing: CancellationError())
            // Whoever stood behind may fit where the one that left did not.
            if waiter != nil { finish { _ in } }
        }
    }

    /// Counts the reply of a call that was made or answered by a cache, and gives back the rest of what it reserved.
    ///
    /// - Parameters:
    ///   - wasCached: Whether a cache answered, so that nothing was paid.
    ///   - isKept: Whether a cache keeps the reply, so that further uses of the request are free.
    public func settle(_ reservation: Reservation, _ usage: Usage, wasCached: Bool, isKept: Bool) {
        finish { state in
            let isFirst = countsEveryUse || !state.counted.contains(reservation.key)
            // A reply that nothing keeps is counted each time it is asked for, not each time it is handed out.
            if isKept ? isFirst || !wasCached : !wasCached || countsEveryUse {
                state.count(
                    Entry(
                        key: reservation.key, model: reservation.model, usage: usage,
                        isKept: isKept && !countsEveryUse))
            }
            if !wasCached { state.pay(reservation.model, usage) }
            _ = giveBack(reservation, &state, wasUsed: true)
        }
    }

    /// Gives back all that a call reserved which was not made.
    public func release(_ reservation: Reservation) {
        finish { _ = giveBack(reservation, &$0, wasUsed: false) }
    }

    /// Gives back what a call reserved whose request failed, and counts that request. Several uses that shared one request
    /// count it once.
    public func fail(_ reservation: Reservation) {
        finish { state in
            guard giveBack(reservation, &state, wasUsed: false) else { return }
            state.failures += 1
            state.models[reservation.model, default: State.PerModel()].failures += 1
        }
    }

    /// Whether a waiting or new request can be decided: a reservation, a refusal, or nil to wait.
    private func decide(
        _ request: Request, _ state: inout State, isFirst: Bool
    ) -> Result<Reservation, any Error>? {
        let shared = Reservation(key: request.key, model: request.model, held: nil, earmark: nil)
        if !countsEveryUse {
            if state.counted.contains(request.key) { return .success(shared) }
            if state.pending[request.key] != nil {
                state.pending[request.key]?.holders += 1
                return .success(
                    Reservation(key: request.key, model: request.model, held: Spend.none, earmark: request.earmark))
            }
        }
        if let refusal = refusal(request, state, held: .none) { return .failure(refusal) }
        guard isFirst, refusal(request, state, held: state.held) == nil else { return nil }
        state.held += request.most
        state.largest = state.largest.larger(request.estimate)
        var earmark = request.earmark
        if let id = earmark, state.earmarks[id].map({ $0.calls > 0 }) == true {
            state.earmarks[id]?.calls -= 1
        } else {
            earmark = nil
        }
        if !countsEveryUse {
            state.pending[request.key] = State.Pending(holders: 1, held: request.most, earmark: earmark)
        }
        return .success(
            Reservation(key: request.key, model: request.model, held: request.most, earmark: earmark))
    }

    /// - Returns: Whether nobody else waits for the same request.
    private func giveBack(_ reservation: Reservation, _ state: inout State, wasUsed: Bool) -> Bool {
        guard let held = reservation.held else { return true }
        guard !countsEveryUse else {
            state.held -= held
            if !wasUsed, let id = reservation.earmark { state.earmarks[id]?.calls += 1 }
            return true
        }
        guard var pending = state.pending[reservation.key] else { return true }
        pending.holders -= 1
        let isCounted = state.counted.contains(reservation.key)
        guard pending.holders == 0 || isCounted else {
            state.pending[reservation.key] = pending
            return false
        }
        state.pending[reservation.key] = nil
        state.held -= pending.held
        if !wasUsed, !isCounted, let id = pending.earmark { state.earmarks[id]?.calls += 1 }
        return true
    }

    /// Changes the account and lets through whoever fits now.
    func finish(_ change: (inout State) -> Void) {
        let decided = state.withLock { state in
            change(&state)
            var decided: [(Waiter, Result<Reservation, any Error>)] = []
            while let first = state.line.first, let answer = decide(first.request, &state, isFirst: true) {
                state.line.removeFirst()
                decided.append((first, answer))
            }
            return decided
        }
        for (waiter, answer) in decided { waiter.continuation.resume(with: answer) }
    }
}
