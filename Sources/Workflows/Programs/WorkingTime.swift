import Synchronization

/// How long a program has worked on an example by itself: the time in which it waits for a model is Optrace's, however
/// long a server that is asked too often makes it.
final class WorkingTime: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct State {
        /// Of all stretches that are over.
        var worked: Duration = .zero
        /// Since when it works; nil while a call is unanswered.
        var since: Instant?
        var unanswered = 0
    }

    private let limit: Duration
    private let state: Mutex<State>

    init(limit: Duration, from start: Instant = .now) {
        self.limit = limit
        state = Mutex(State(since: start))
    }

    /// A call to a model is made.
    func pause(at now: Instant = .now) {
        state.withLock { state in
            state.unanswered += 1
            if let since = state.since { state.worked += since.duration(to: now) }
            state.since = nil
        }
    }

    /// A call is answered.
    func goOn(at now: Instant = .now) {
        state.withLock { state in
            state.unanswered -= 1
            if state.unanswered == 0 { state.since = now }
        }
    }

    /// What is left of the limit.
    func left(at now: Instant = .now) -> Duration {
        state.withLock { state in limit - state.worked - (state.since?.duration(to: now) ?? .zero) }
    }

    /// Returns once nothing is left.
    ///
    /// - Throws: `CancellationError`.
    func end() async throws {
        while true {
            let left = left()
            guard left > .zero else { return }
            try await Task.sleep(for: left)
        }
    }
}
