import CProcess
import ContentHash
import Dispatch
import Foundation
import Synchronization

/// A persistent child and the thread that owns it.
///
/// The thread starts the child, because a child dies with the thread that started it, and blocks in reads for it, so
/// that no thread of the concurrency pool ever does. One exchange at a time.
final class CodeWorker: Sendable {
    /// The source the child holds: state never crosses from one source to another.
    let key: ContentHash

    private enum Job: Sendable {
        case exchange([UInt8], Duration, CheckedContinuation<Result<WorkerReply, WorkerFailure>, Never>)
    }

    private struct State {
        var job: Job?
        var child: ChildProcess?
        var isInterrupted = false
        var isGone = false
        var awaitingEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let limits: CodeLimits
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// Starts the thread, which starts the child with the first exchange.
    ///
    /// - Parameter cleanUp: Runs on the thread once all processes of the child are gone.
    init(key: ContentHash, launch: ChildLaunch, limits: CodeLimits, cleanUp: @escaping @Sendable () -> Void = {}) {
        self.key = key
        self.limits = limits
        let thread = Thread { [self] in
            serve(launch)
            cleanUp()
            finish()
        }
        thread.name = "optrace-code"
        thread.start()
    }

    /// Sends `request`, an empty one for the child's greeting, and returns the line that comes back.
    ///
    /// After a failure the worker is gone. When the task is cancelled the child is killed.
    func exchange(_ request: [UInt8], within limit: Duration) async throws(WorkerFailure) -> WorkerReply {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let refusal: WorkerFailure.Reason? = state.withLock { state in
                    // The thread looks for no job any more once it has seen the interruption.
                    if state.isInterrupted { return .interrupted }
                    if state.isGone { return .stale }
                    state.job = .exchange(request, limit, continuation)
                    return nil
                }
                if let refusal {
                    continuation.resume(returning: .failure(WorkerFailure(reason: refusal)))
                } else {
                    wake.signal()
                }
            }
        } onCancel: {
            interrupt()
        }
        if case .failure(let failure) = result, case .interrupted = failure.reason { await end() }
        return try result.get()
    }

    /// Kills the child; an exchange under way fails.
    func interrupt() {
        state.withLock { state in
            state.isInterrupted = true
            state.child?.kill()
        }
        wake.signal()
    }

    /// Kills the child and waits until all of its processes are gone.
    func end() async {
        interrupt()
        await withCheckedContinuation { continuation in
            let isGone = state.withLock { state in
                if !state.isGone { state.awaitingEnd.append(continuation) }
                return state.isGone
            }
            if isGone { continuation.resume() }
        }
    }

    // MARK: On the thread

    private func serve(_ launch: ChildLaunch) {
        cprocess_block_sigpipe()
        var child: ChildProcess?
        while true {
            wake.wait()
            let (job, isInterrupted) = state.withLock { state in
                defer { state.job = nil }
                return (state.job, state.isInterrupted)
            }
            guard case .exchange(let request, let limit, let continuation) = job else {
                if isInterrupted { break }
                continue
            }
            do throws(WorkerFailure) {
                let isFirst = child == nil
                let running: ChildProcess
                if let child { running = child } else { running = try start(launch) }
                child = running
                continuation.resume(returning: .success(try perform(request, limit, on: running, isFirst: isFirst)))
            } catch {
                markGone()
                continuation.resume(returning: .failure(error))
                return
            }
        }
        if let child { _ = bury(child) }
    }

    private func start(_ launch: ChildLaunch) throws(WorkerFailure) -> ChildProcess {
        let child: ChildProcess
        do throws(CodeError) {
            child = try ChildProcess(launch)
        } catch {
            throw WorkerFailure(reason: .notStarted(error))
        }
        state.withLock { state in
            state.child = child
            if state.isInterrupted { child.kill() }
        }
        return child
    }

    private func perform(
        _ request: [UInt8], _ limit: Duration, on child: ChildProcess, isFirst: Bool
    ) throws(WorkerFailure) -> WorkerReply {
        var exchange = WorkerExchange(with: child, limits: limits)
        if !isFirst, !exchange.childIsQuiet() {
            _ = bury(child)
            throw WorkerFailure(reason: .stale)
        }
        switch exchange.run(request, within: limit) {
        case .success(let line):
            return WorkerReply(line: line, printed: exchange.printed)
        case .failure(var failure):
            var reason = failure.reason
            if case .ended = reason {
                // Only a child that has not ended has to be killed: it gave up the channel and lives on.
                let endedByItself = exchange.drain(within: .milliseconds(500))
                child.kill()
                let exitCode = child.reap()
                reason = endedByItself ? .ended(exitCode: exitCode) : .tampered("the channel was closed")
            }
            _ = exchange.drain(within: .zero)
            failure = WorkerFailure(reason: reason, printed: exchange.printed)
            _ = bury(child)
            if state.withLock({ $0.isInterrupted }) {
                failure = WorkerFailure(reason: .interrupted, printed: exchange.printed)
            }
            throw failure
        }
    }

    /// Kills and reaps the child and waits for the end of all processes it may have left.
    private func bury(_ child: ChildProcess) -> Int {
        child.kill()
        let exitCode = child.reap()
        var remains = WorkerExchange(with: child, limits: limits)
        _ = remains.drain(within: .seconds(2))
        state.withLock { $0.child = nil }
        return exitCode
    }

    private func markGone() {
        state.withLock { $0.isGone = true }
    }

    private func finish() {
        let awaiting = state.withLock { state in
            state.isGone = true
            state.child = nil
            defer { state.awaitingEnd = [] }
            return state.awaitingEnd
        }
        for continuation in awaiting { continuation.resume() }
    }
}
