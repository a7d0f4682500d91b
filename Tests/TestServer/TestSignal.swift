import Foundation
import Synchronization

/// Something that happens once, awaited by tasks and by the server's threads: tests wait for it instead of sleeping.
public final class TestSignal: Sendable {
    private struct State {
        var hasFired = false
        var tasks: [CheckedContinuation<Void, Never>] = []
        var threads: [DispatchSemaphore] = []
    }

    private let state = Mutex(State())

    public init() {}

    public var hasFired: Bool { state.withLock { $0.hasFired } }

    /// Lets everybody go on who waits or will wait.
    public func fire() {
        let (tasks, threads) = state.withLock { state in
            state.hasFired = true
            defer {
                state.tasks = []
                state.threads = []
            }
            return (state.tasks, state.threads)
        }
        for task in tasks { task.resume() }
        for thread in threads { thread.signal() }
    }

    /// Waits without blocking a thread.
    public func wait() async {
        await withCheckedContinuation { continuation in
            let hasFired = state.withLock { state in
                if !state.hasFired { state.tasks.append(continuation) }
                return state.hasFired
            }
            if hasFired { continuation.resume() }
        }
    }

    /// Blocks the calling thread until the signal fires or `isAbandoned`, asked now and then, says yes.
    func block(unless isAbandoned: () -> Bool) {
        let semaphore = DispatchSemaphore(value: 0)
        let hasFired = state.withLock { state in
            if !state.hasFired { state.threads.append(semaphore) }
            return state.hasFired
        }
        guard !hasFired else { return }
        while semaphore.wait(timeout: .now() + .milliseconds(20)) == .timedOut, !isAbandoned() {}
    }
}
