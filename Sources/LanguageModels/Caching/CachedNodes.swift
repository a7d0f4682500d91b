import ContentHash
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
    private let cache: any NodeCache
    /// As for replies of models.
    public let mode: CacheMode
    private let flights = Flights<NodeKey, Value>()
    private let counts = Mutex((hits: 0, lookups: 0))

    /// - Parameter mode: As for replies of models. In mode ``CacheMode/only`` an operation whose result is not kept is run
    ///   all the same, since a failure never is: when it fails again it does as it did when it was recorded, and a result
    ///   is one that nobody has recorded, which is a miss.
    public init(_ cache: any NodeCache, mode: CacheMode = .use) {
        self.cache = cache
        self.mode = mode
    }

    /// How many operations were answered, of how many.
    public var answered: (hits: Int, lookups: Int) { counts.withLock { $0 } }

    /// The result kept for `key`, else that of `make`, which is then kept.
    ///
    /// - Parameters:
    ///   - key: Nil for what cannot be kept.
    ///   - isRepeatable: False for what must not be done anew in mode ``CacheMode/only``, such as asking a server.
    /// - Throws: What `make` throws; ``ModelError/Code/cacheMiss`` in mode ``CacheMode/only`` for a result that is not kept;
    ///   what the cache throws when it cannot be read or written.
    public func value(
        for key: NodeKey?, isRepeatable: Bool = true, _ make: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let key, mode != .off else { return try await make() }
        if let kept = try kept(for: key) { return kept }
        counts.withLock { $0.lookups += 1 }
        return try await flights.value(for: key) { [self] in
            guard mode != .only || isRepeatable else { throw Self.miss(key) }
            let made = try await make()
            guard mode != .only else { throw Self.miss(key) }
            return try cache.keep(made, for: key, replacing: mode == .refresh)
        }
    }

    private static func miss(_ key: NodeKey) -> ModelError {
        ModelError(
            .cacheMiss,
            "no recorded result of a \(key.operation) step for \(key.digest.hex.prefix(12)): its code, what runs it or its "
                + "inputs are not those that were recorded, or the result was removed; only recorded results are allowed "
                + "(cache mode `only`), so run with mode `use` to record it")
    }

    private func kept(for key: NodeKey) throws -> Value? {
        guard mode != .refresh, let kept = try cache.value(for: key) else { return nil }
        Recording.noteCached()
        counts.withLock { counts in
            counts.hits += 1
            counts.lookups += 1
        }
        return kept
    }
}
