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
    private let mode: CacheMode
    private let flights = Flights<NodeKey, Value>()
    private let counts = Mutex((hits: 0, lookups: 0))

    /// - Parameter mode: As for replies of models, but that ``CacheMode/only`` runs what is not kept: it asks nobody.
    public init(_ cache: any NodeCache, mode: CacheMode = .use) {
        self.cache = cache
        self.mode = mode
    }

    /// How many operations were answered, of how many.
    public var answered: (hits: Int, lookups: Int) { counts.withLock { $0 } }

    /// The result kept for `key`, else that of `make`, which is then kept.
    ///
    /// - Parameter key: Nil for what cannot be kept.
    /// - Throws: What `make` throws; what the cache throws when it cannot be read or written.
    public func value(
        for key: NodeKey?, _ make: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let key, mode != .off else { return try await make() }
        if let kept = try kept(for: key) { return kept }
        counts.withLock { $0.lookups += 1 }
        return try await flights.value(for: key) { [self] in
            let made = try await make()
            return mode == .only ? made : try cache.keep(made, for: key, replacing: mode == .refresh)
        }
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
