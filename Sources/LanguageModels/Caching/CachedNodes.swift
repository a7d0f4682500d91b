public import ContentHash
import Synchronization
public import TraceGraph

/// Answers operations from a cache where it may, and runs each only once at a time.
///
/// ```swift
/// let parsed = try await traced("parse", inputs: [reply.input()]) {
///     try await nodes.value(for: NodeKey("parse", version: 2, inputs: ["reply": reply.value])) { try parse(reply.value) }
/// }
/// ```
///
/// For operations whose result is a matter of their inputs and version alone. Asking models is not among them: their
/// replies are kept under the whole request by ``CachedModel``, and what is not asked is free already. Failures are never
/// kept.
public final class CachedNodes: Sendable {
    let cache: any NodeCache
    let mode: CacheMode
    /// In mode ``CacheMode/refresh``, what was run anew.
    private let fresh: Mutex<Set<ContentHash>>
    private let flights = Flights<NodeKey, Value>()
    private let counts = Mutex((hits: 0, lookups: 0))
    /// The executions of the run that is followed, which are kept for it alone.
    let own = Mutex(OwnExecutions())

    /// - Parameters:
    ///   - mode: As for replies of models. In mode ``CacheMode/only`` an operation whose result is not kept is run
    ///     all the same, since a failure never is: when it fails again it does as it did when it was recorded, and a result
    ///     is one that nobody has recorded, which is a miss.
    ///   - fresh: In mode ``CacheMode/refresh`` the digests of the keys whose kept results are new enough: those of an
    ///     earlier process of the same run.
    public init(_ cache: any NodeCache, mode: CacheMode = .use, fresh: Set<ContentHash> = []) {
        self.cache = cache
        self.mode = mode
        self.fresh = Mutex(fresh)
    }

    /// How many operations were answered, of how many.
    public var answered: (hits: Int, lookups: Int) { counts.withLock { $0 } }

    /// The result kept for `key`, else that of `make`, which is then kept.
    ///
    /// - Parameters:
    ///   - key: Nil for what cannot be kept.
    ///   - isRepeatable: Whether `make` may be run in mode ``CacheMode/only``, to see whether it fails as it did. False for
    ///     what reaches others, or comes to something else each time.
    /// - Throws: What `make` throws; ``ModelError/Code/cacheMiss`` in mode ``CacheMode/only`` for a result that is not kept;
    ///   what the cache throws when it cannot be read or written.
    public func value(
        for key: NodeKey?, isRepeatable: Bool = true, _ make: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let key, mode != .off else {
            try Asking.require()
            return try await make()
        }
        if let kept = try kept(for: key) { return kept }
        try Asking.require()
        counts.withLock { $0.lookups += 1 }
        guard isRepeatable || mode != .only else { throw Self.miss(key) }
        return try await flights.value(for: key) { [self] in
            // Another's flight may have landed, or another process have kept a result, between the look above and here.
            if let kept = try mayAnswer(key) ? cache.value(for: key) : nil { return kept }
            let made = try await make()
            guard mode != .only else { throw Self.miss(key) }
            let kept = try cache.keep(made, for: key, replacing: mode == .refresh)
            fresh.withLock { if mode == .refresh { $0.insert(key.digest) } }
            return kept
        }
    }

    /// Lets a step run whose results are not kept.
    ///
    /// - Parameters:
    ///   - step: What the step is called.
    ///   - remedy: What would have its results kept.
    /// - Throws: ``ModelError/Code/cacheMiss`` in mode ``CacheMode/only``: what it would come to is not what was recorded.
    public func requireRunning(_ step: String, remedy: String) throws {
        try Asking.require()
        guard mode == .only else { return }
        throw ModelError(
            .cacheMiss,
            "no result of the step '\(step)' is recorded, as none is ever kept: \(remedy); only recorded results are "
                + "allowed (cache mode `only`), so run with mode `use`")
    }

    static func miss(_ key: NodeKey) -> ModelError {
        ModelError(
            .cacheMiss,
            "no recorded result of a \(key.operation) step for \(key.digest.hex.prefix(12)): what it does, what runs it or "
                + "its inputs are not those that were recorded, or the result was removed; only recorded results are allowed "
                + "(cache mode `only`), so run with mode `use` to record it")
    }

    private func mayAnswer(_ key: NodeKey) -> Bool {
        mode != .refresh || fresh.withLock { $0.contains(key.digest) }
    }

    private func kept(for key: NodeKey) throws -> Value? {
        guard mayAnswer(key), let kept = try cache.value(for: key) else { return nil }
        Recording.noteCached()
        counts.withLock { counts in
            counts.hits += 1
            counts.lookups += 1
        }
        return kept
    }
}
