import LanguageModels
import Synchronization

/// How long a program has worked on an example by itself: the time in which it waits for a model is Optrace's, however
/// long a server that is asked too often makes it.
final class WorkingTime: Sendable {
    private struct State {
        /// Of all stretches that are over.
        var worked: Duration = .zero
        /// Since when it works; nil while a call is unanswered.
        var since: Duration?
        var unanswered = 0
        /// Who waits for the last unanswered call.
        var waiting: [CheckedContinuation<Void, Never>] = []

        mutating func woken() -> [CheckedContinuation<Void, Never>] {
            defer { waiting = [] }
            return waiting
        }
    }

    private let limit: Duration
    private let time: Timekeeper
    private let state: Mutex<State>

    /// The time from now on.
    init(limit: Duration, time: Timekeeper = .system) {
        self.limit = limit
        self.time = time
        state = Mutex(State(since: time.now()))
    }

    /// A call to a model is made.
    func pause() {
        let now = time.now()
        state.withLock { state in
            state.unanswered += 1
            if let since = state.since { state.worked += now - since }
            state.since = nil
        }
    }

    /// A call is answered.
    func goOn() {
        let now = time.now()
        let woken = state.withLock { state in
            state.unanswered -= 1
            guard state.unanswered == 0 else { return [CheckedContinuation<Void, Never>]() }
            state.since = now
            return state.woken()
        }
        for waiting in woken { waiting.resume() }
    }

    /// What is left of the limit.
    var left: Duration {
        let now = time.now()
        return state.withLock { state in limit - state.worked - (state.since.map { now - $0 } ?? .zero) }
    }

    /// Returns once nothing is left.
    ///
    /// - Throws: `CancellationError`.
    func end() async throws {
        while true {
            try await working()
            let left = left
            guard left > .zero else { return }
            try await time.sleep(left)
        }
    }

    /// Returns once no call is unanswered: until then nothing counts down.
    private func working() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard state.since == nil, !Task.isCancelled else { return false }
                    state.waiting.append(continuation)
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            // Whoever waits beside the one that was cancelled looks again.
            for waiting in state.withLock({ $0.woken() }) { waiting.resume() }
        }
        try Task.checkCancellation()
    }
}
