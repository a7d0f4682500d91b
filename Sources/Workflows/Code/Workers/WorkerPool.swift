import ContentHash
import Synchronization

/// The live children of a runtime: at most `capacity`, each bound to one source.
///
/// A call takes an idle worker of its own source, else starts one, else replaces the one idle for longest, else waits.
/// A worker that comes free goes to a waiting call of its own source before others, up to ``longestStreak`` times in a
/// row, so that many candidates in parallel neither starve nor replace each other's children at every call.
final class WorkerPool: Sendable {
    /// What a call is given: a worker, or the right to start one after ending another.
    enum Grant: Sendable {
        case use(CodeWorker)
        case start(insteadOf: CodeWorker?)
    }

    private struct Waiter {
        let number: Int
        let key: ContentHash
        let continuation: CheckedContinuation<Grant?, Never>
    }

    private struct State {
        /// Longest idle first.
        var idle: [CodeWorker] = []
        var busy: [ObjectIdentifier: CodeWorker] = [:]
        var live = 0
        /// First come first.
        var waiters: [Waiter] = []
        var nextNumber = 0
        /// Hand-overs to the same source in a row while others waited.
        var streak = 0
        var isClosed = false
    }

    private static let longestStreak = 64
    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    deinit {
        // No call is under way, because calls hold the pool; children of an unclosed runtime end here.
        for worker in state.withLock({ $0.idle }) { worker.interrupt() }
    }

    /// The number of children alive or being started.
    var live: Int { state.withLock { $0.live } }

    /// A worker for `key`, or the right to start one.
    ///
    /// - Throws: `CancellationError`, or ``CodeError/Code/closed``.
    func acquire(_ key: ContentHash) async throws -> Grant {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        let grant = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Grant?? = state.withLock { state in
                    if state.isClosed || Task.isCancelled { return .some(nil) }
                    if let grant = Self.grant(key, capacity: capacity, in: &state) { return grant }
                    state.waiters.append(Waiter(number: number, key: key, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
        if let grant { return grant }
        try Task.checkCancellation()
        throw Self.closedError
    }

    static var closedError: CodeError { CodeError(.closed, "The code runtime was closed.") }

    private static func grant(_ key: ContentHash, capacity: Int, in state: inout State) -> Grant? {
        if let place = state.idle.lastIndex(where: { $0.key == key }) {
            let worker = state.idle.remove(at: place)
            state.busy[ObjectIdentifier(worker)] = worker
            return .use(worker)
        }
        if state.live < capacity {
            state.live += 1
            return .start(insteadOf: nil)
        }
        // The place of the worker that ends passes to the one that starts.
        return state.idle.isEmpty ? nil : .start(insteadOf: state.idle.removeFirst())
    }

    /// Counts `worker`, started with a grant, among the busy ones; false when the pool was closed meanwhile.
    func adopt(_ worker: CodeWorker) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.busy[ObjectIdentifier(worker)] = worker
            return true
        }
    }

    /// Gives back a worker that can serve again.
    func release(_ worker: CodeWorker) {
        let (waiter, grant): (Waiter?, Grant?) = state.withLock { state in
            state.busy[ObjectIdentifier(worker)] = nil
            guard !state.isClosed else {
                state.live -= 1
                return (nil, nil)
            }
            guard let place = Self.nextWaiter(for: worker.key, in: &state) else {
                state.idle.append(worker)
                return (nil, nil)
            }
            let waiter = state.waiters.remove(at: place)
            guard waiter.key == worker.key else { return (waiter, .start(insteadOf: worker)) }
            state.busy[ObjectIdentifier(worker)] = worker
            return (waiter, .use(worker))
        }
        waiter?.continuation.resume(returning: grant)
    }

    private static func nextWaiter(for key: ContentHash, in state: inout State) -> Int? {
        guard let first = state.waiters.first else { return nil }
        if first.key != key, state.streak < longestStreak,
            let place = state.waiters.firstIndex(where: { $0.key == key })
        {
            state.streak += 1
            return place
        }
        state.streak = 0
        return 0
    }

    /// Gives back the place of a worker that is gone, or of a grant to start one that was not used.
    func forfeit(_ worker: CodeWorker?) {
        let waiter = state.withLock { state -> Waiter? in
            if let worker { state.busy[ObjectIdentifier(worker)] = nil }
            guard !state.isClosed, !state.waiters.isEmpty else {
                state.live -= 1
                return nil
            }
            return state.waiters.removeFirst()
        }
        waiter?.continuation.resume(returning: .start(insteadOf: nil))
    }

    /// Refuses further calls, ends all workers and waits until they are gone.
    func close() async {
        let (workers, waiters) = state.withLock { state in
            state.isClosed = true
            defer {
                state.live -= state.idle.count
                (state.idle, state.waiters) = ([], [])
            }
            return (state.idle + state.busy.values, state.waiters)
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
        for worker in workers { worker.interrupt() }
        for worker in workers { await worker.end() }
    }

    /// Whether ``close()`` was called.
    var isClosed: Bool { state.withLock { $0.isClosed } }
}
