import LanguageModels
import Synchronization

/// A clock that stands still until somebody sleeps, and then jumps ahead by as much.
final class TestTime: Sendable {
    private struct State {
        var now = Duration.zero
        var sleeps: [Duration] = []
    }

    private let state = Mutex(State())

    var now: Duration { state.withLock(\.now) }
    var sleeps: [Duration] { state.withLock(\.sleeps) }

    func advance(by duration: Duration) { state.withLock { $0.now += duration } }

    var timekeeper: Timekeeper {
        Timekeeper(
            now: { self.now },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.now += duration
                    state.sleeps.append(duration)
                }
                await Task.yield()
            })
    }
}
