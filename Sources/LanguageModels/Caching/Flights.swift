import ContentHash
import Synchronization

/// The requests being answered, each by one task however many wait for it.
final class Flights: Sendable {
    private struct Flight {
        let number: Int
        let task: Task<Void, Never>
        var waiters: [(ticket: Int, continuation: CheckedContinuation<ChatReply, any Error>)]
    }

    private struct State {
        var flights: [ContentHash: Flight] = [:]
        var issued = 0

        mutating func number() -> Int {
            issued += 1
            return issued
        }
    }

    private let state = Mutex(State())

    /// How many wait for a reply, over all requests.
    var waiting: Int { state.withLock { $0.flights.values.reduce(0) { $0 + $1.waiters.count } } }

    /// The reply to the request of `key`: that of the call already made for it, or else that of `ask`.
    ///
    /// Whoever has waited longest gets the reply as it is, the others get it marked as cached: it was paid for once.
    ///
    /// - Throws: What the call throws, to everyone who waits; `CancellationError` to a waiter that is cancelled. The
    ///   call itself is cancelled once nobody waits any more.
    func reply(
        for key: ContentHash, _ ask: @escaping @Sendable () async throws -> ChatReply
    ) async throws -> ChatReply {
        let ticket = state.withLock { $0.number() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let boards = state.withLock { state in
                    guard !Task.isCancelled else { return false }
                    if state.flights[key] == nil {
                        let number = state.number()
                        let task = Task { [self] in
                            do {
                                land(key, number, .success(try await ask()))
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

    private func land(_ key: ContentHash, _ number: Int, _ result: Result<ChatReply, any Error>) {
        let waiters = state.withLock { state in
            // A flight given up by everyone may land after another of the same key has begun.
            state.flights[key]?.number == number ? state.flights.removeValue(forKey: key)?.waiters ?? [] : []
        }
        for (place, waiter) in waiters.enumerated() {
            waiter.continuation.resume(
                with: result.map { reply in
                    var reply = reply
                    if place > 0 { reply.wasCached = true }
                    return reply
                })
        }
    }

    private func abandon(_ key: ContentHash, _ ticket: Int) {
        let waiter = state.withLock { state in
            guard let place = state.flights[key]?.waiters.firstIndex(where: { $0.ticket == ticket }) else {
                return CheckedContinuation<ChatReply, any Error>?.none
            }
            let waiter = state.flights[key]?.waiters.remove(at: place)
            if state.flights[key]?.waiters.isEmpty == true { state.flights.removeValue(forKey: key)?.task.cancel() }
            return waiter?.continuation
        }
        waiter?.resume(throwing: CancellationError())
    }
}
