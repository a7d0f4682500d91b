import Synchronization

/// Work in progress, each piece done by one task however many wait for it.
final class Flights<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Flight {
        let number: Int
        let task: Task<Void, Never>
        var waiters: [(ticket: Int, continuation: CheckedContinuation<Value, any Error>)]
    }

    private struct State {
        var flights: [Key: Flight] = [:]
        var issued = 0

        mutating func number() -> Int {
            issued += 1
            return issued
        }
    }

    private let state = Mutex(State())
    private let forOthers: @Sendable (Value) -> Value

    /// - Parameter forOthers: What everyone gets but the one who has waited longest.
    init(forOthers: @escaping @Sendable (Value) -> Value = { $0 }) {
        self.forOthers = forOthers
    }

    /// How many wait, over all keys.
    var waiting: Int { state.withLock { $0.flights.values.reduce(0) { $0 + $1.waiters.count } } }

    /// The result for `key`: of the work already under way for it, or else of `work`.
    ///
    /// - Throws: What the work throws, to everyone who waits; `CancellationError` to a waiter that is cancelled. The
    ///   work itself is cancelled once nobody waits any more.
    func value(for key: Key, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let ticket = state.withLock { $0.number() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let boards = state.withLock { state in
                    guard !Task.isCancelled else { return false }
                    if state.flights[key] == nil {
                        let number = state.number()
                        let task = Task { [self] in
                            do {
                                land(key, number, .success(try await work()))
                            } catch {
                                land(key, number, .failure(error))
                            }
                        }
                        state.flights[key] = Flight(number: number, task: task, waiters: [])
                    }
                    state.flights[key]?.waiters.append((ticket, continuation))
                    return true
                }
                if !boards { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            abandon(key, ticket)
        }
    }

    private func land(_ key: Key, _ number: Int, _ result: Result<Value, any Error>) {
        let waiters = state.withLock { state in
            // Work given up by everyone may end after other work of the same key has begun.
            state.flights[key]?.number == number ? state.flights.removeValue(forKey: key)?.waiters ?? [] : []
        }
        for (place, waiter) in waiters.enumerated() {
            waiter.continuation.resume(with: place == 0 ? result : result.map(forOthers))
        }
    }

    private func abandon(_ key: Key, _ ticket: Int) {
        let waiter = state.withLock { state in
            guard let place = state.flights[key]?.waiters.firstIndex(where: { $0.ticket == ticket }) else {
                return CheckedContinuation<Value, any Error>?.none
            }
            let waiter = state.flights[key]?.waiters.remove(at: place)
            if state.flights[key]?.waiters.isEmpty == true { state.flights.removeValue(forKey: key)?.task.cancel() }
            return waiter?.continuation
        }
        waiter?.resume(throwing: CancellationError())
    }
}
