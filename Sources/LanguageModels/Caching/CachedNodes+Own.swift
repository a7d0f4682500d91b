public import ContentHash
import Synchronization
public import TraceGraph

/// The executions of a run that come to something else each time.
struct OwnExecutions {
    /// The run they are kept for; nil outside of runs.
    var run: Int?
    /// How many there were of each, equal ones counted together.
    var counts: [ContentHash: Int] = [:]
}

extension CachedNodes {
    /// From here on keeps what ``ownValue(for:of:remedy:_:)`` comes to, for `run` alone.
    ///
    /// - Parameter run: The number of the attempt that saw it first. One that goes on from it, or repeats it, follows the
    ///   same number and sees the same.
    public func follow(run: Int) { own.withLock { $0 = OwnExecutions(run: run) } }

    /// How many executions equal to this one the run had before it, this one being counted from here on; 0 outside of
    /// runs.
    ///
    /// - Parameter execution: The digest of all that tells it from others.
    public func place(of execution: ContentHash) -> Int {
        own.withLock { own in
            guard own.run != nil else { return 0 }
            defer { own.counts[execution, default: 0] += 1 }
            return own.counts[execution, default: 0]
        }
    }

    /// The result of an operation that no other run may use, since it comes to something else each time.
    ///
    /// A run that is gone on with takes it from there: what followed from the result was paid for. Outside of a run, see
    /// ``follow(run:)``, nothing is kept.
    ///
    /// - Parameters:
    ///   - execution: The digest of all that tells this execution from the others of the run, ``place(of:)`` included.
    ///   - step: What the step is called.
    ///   - remedy: What would have its results kept for all.
    /// - Throws: What `make` throws; ``ModelError/Code/cacheMiss`` in mode ``CacheMode/only`` for a result that is not kept;
    ///   what the cache throws when it cannot be read or written.
    public func ownValue(
        for execution: ContentHash, of step: String, remedy: String, _ make: () async throws -> Value
    ) async throws -> Value {
        guard mode != .off, let run = own.withLock(\.run),
            let key = NodeKey(
                Self.ownOperation, version: ["run": .integer(run)], inputs: ["execution": .text(execution.hex)])
        else {
            try requireRunning(step, remedy: remedy)
            return try await make()
        }
        if let kept = try cache.value(for: key) {
            Recording.noteCached()
            return kept
        }
        try Asking.require()
        guard mode != .only else { throw Self.miss(key) }
        return try cache.keep(try await make(), for: key, replacing: false)
    }

    private static let ownOperation = "step"
}
