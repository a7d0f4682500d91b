public import ContentHash
import Synchronization
public import TraceGraph

/// The account of a run: what its model calls have used, and what they may still use.
///
/// ``spent`` is what decides. It counts every distinct request (by ``ChatRequest/key``) once, at the usage of its
/// reply, whether a model or a cache answered: a run that is replayed from recorded replies has the same spend and stops
/// at the same place. ``paid`` is what was really asked for in this process.
///
/// A call first reserves the most it can use. Reservations count against the caps, so that concurrent calls never
/// exceed them together; a call that would fit but for the reservations of others waits until those are settled.
///
/// Requests that failed count against the cap of calls, tries that are repeated included: a run never sends more requests
/// than it has calls. They are no part of ``spent``, since a replay does not meet them again; see ``failures``.
public final class Ledger: Sendable {
    /// The right to make one call.
    public struct Reservation: Sendable {
        let key: ContentHash
        let model: String
        /// What is held back for the call; nil when another use of the same request holds or has paid it.
        let held: Spend?
        let earmark: Int?
    }

    struct Waiter {
        let request: Request
        let continuation: CheckedContinuation<Reservation, any Error>
    }

    /// What a call asks to reserve.
    struct Request: Sendable {
        let key: ContentHash
        let model: String
        /// What it may use: exactly what it used where a cache has the reply.
        let most: Spend
        /// What it could use if it were not recorded.
        let estimate: Spend
        let earmark: Int?
        let isRecorded: Bool
    }

    /// The caps.
    public let budget: Budget
    let allowsUnknownPrices: Bool
    let countsEveryUse: Bool
    let time: Timekeeper
    let start: Duration
    let state: Mutex<State>

    /// - Parameters:
    ///   - allowsUnknownPrices: Whether calls of unknown price may be made under a cost cap; they then count as free.
    ///   - countsEveryUse: Whether a second use of the same request counts again. Set it when no cache answers the
    ///     second use (cache mode `off`), so that the caps hold for what is really paid.
    ///   - entries: What an earlier process counted of the same run, as ``entries(after:)`` gave it.
    ///   - elapsed: The time an earlier process took of the same run.
    public init(
        _ budget: Budget = .unlimited, allowsUnknownPrices: Bool = false, countsEveryUse: Bool = false,
        restoring entries: [Entry] = [], elapsed: Duration = .zero, time: Timekeeper = .system
    ) {
        self.budget = budget
        self.allowsUnknownPrices = allowsUnknownPrices
        self.countsEveryUse = countsEveryUse
        self.time = time
        self.start = time.now() - elapsed
        var state = State()
        for entry in entries { state.count(entry) }
        self.state = Mutex(state)
    }

    /// What the run has used: each distinct request once.
    public var spent: Usage { state.withLock { $0.spent.usage } }

    /// What was really asked of models in this process.
    public var paid: Usage { state.withLock { $0.paid.usage } }

    /// The time the run has taken, earlier processes included.
    public var elapsed: Duration { time.now() - start }

    /// What each model has used and been paid, ordered by its name.
    public var models: [ModelSpend] {
        state.withLock { state in
            state.models.sorted { $0.key < $1.key }
                .map {
                    ModelSpend(
                        model: $0.key, spent: $0.value.spent.usage, paid: $0.value.paid.usage,
                        failures: $0.value.failures)
                }
        }
    }

    /// What was counted from number `index` on, in the order it was: what a journal keeps of each step.
    ///
    /// - Complexity: O(entries returned).
    public func entries(after index: Int = 0) -> [Entry] {
        state.withLock { Array($0.entries.dropFirst(index)) }
    }

    /// How many entries there are.
    public var entryCount: Int { state.withLock(\.entries.count) }

    /// How many calls wait for the reservations of others to be settled.
    public var waiting: Int { state.withLock(\.line.count) }
}

extension Ledger {
    /// One use that was counted.
    public struct Entry: Sendable, Hashable {
        /// Of the request.
        public var key: ContentHash
        /// Who answered, `provider:model`.
        public var model: String
        /// What it used up.
        public var usage: Usage
        /// Whether a later use of the same request is free, because a cache keeps the reply.
        public var isKept: Bool

        public init(key: ContentHash, model: String, usage: Usage, isKept: Bool) {
            self.key = key
            self.model = model
            self.usage = usage
            self.isKept = isKept
        }
    }

    /// The spend of one model.
    public struct ModelSpend: Sendable, Hashable {
        /// As `provider:name`.
        public let model: String
        /// What counts against the budget, replies from the cache included.
        public let spent: Usage
        /// What was really requested.
        public let paid: Usage
        /// Requests that failed in this process.
        public let failures: Int
    }
}
