public import ContentHash
import Synchronization
public import TraceGraph

/// Answers from a cache where it may, and asks each thing only once at a time.
///
/// Requests are the same when their ``ChatRequest/key`` is. While one is being answered, every other of the same key
/// waits for that answer and gets it marked as cached; whoever gives up waiting leaves the rest undisturbed. What is
/// not ``ChatReply/isCacheable`` is never kept.
public final class CachedModel: LanguageModel {
    private let base: any LanguageModel
    private let cache: any CompletionCache
    private let mode: CacheMode
    /// In mode ``CacheMode/refresh``, what was asked anew.
    private let fresh: Mutex<Set<ContentHash>>
    private let flights = Flights<ContentHash, ChatReply> { reply in
        var reply = reply
        reply.wasCached = true
        return reply
    }

    /// - Parameter fresh: In mode ``CacheMode/refresh`` the requests whose kept replies are new enough: those that an
    ///   earlier process of the same run has asked.
    public init(
        _ base: any LanguageModel, cache: any CompletionCache, mode: CacheMode = .use, fresh: Set<ContentHash> = []
    ) {
        self.base = base
        self.fresh = Mutex(fresh)
        self.cache = cache
        self.mode = mode
    }

    /// What the reply that is kept for `key` used, where the mode lets it answer; nil when there is none.
    ///
    /// - Throws: What the cache throws when it cannot be read.
    public func recordedUsage(for key: ContentHash) throws -> Usage? {
        guard mayAnswer(key) else { return nil }
        return try cache.reply(for: key)?.usage
    }

    /// How many calls wait for a model's reply, those that share one included.
    public var waiting: Int { flights.waiting }

    /// - Throws: ``ModelError/Code/cacheMiss`` in mode ``CacheMode/only`` when the reply is not kept; what the cache
    ///   throws when it cannot be read or written.
    public func reply(to request: ChatRequest) async throws -> ChatReply {
        if mode == .off {
            try Asking.require()
            return try await base.reply(to: request)
        }
        let request = try await base.addressed(request)
        let key = request.key
        if let kept = try kept(for: key, request) { return kept }
        try Asking.require()
        return try await flights.value(for: key) { [self] in
            // A flight may have landed, or another process have kept a reply, between the look above and here.
            if let kept = try kept(for: key, request) { return kept }
            return try keep(try await base.reply(to: request), to: request, key)
        }
    }

    /// As ``reply(to:)``. What is not kept is streamed as it arrives, without waiting for others of the same key; the
    /// whole reply at its end is the one that is kept.
    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        if mode == .off, Asking.isAllowed { return base.stream(request) }
        return AsyncThrowingStream(producing: { [self] emit in
            if mode == .off { try Asking.require() }
            let request = try await base.addressed(request)
            let key = request.key
            if let kept = try kept(for: key, request) {
                emit(.text(kept.text))
                emit(.finished(kept))
                return
            }
            try Asking.require()
            let reply = try await base.relay(request, emit)
            emit(.finished(try keep(reply, to: request, key)))
        })
    }

    public func endpoint(of model: ModelName) async throws -> String? { try await base.endpoint(of: model) }

    /// Keeps a new reply.
    ///
    /// - Returns: The reply that is kept: another one where another process was faster, since a run can only be
    ///   replayed if what answered it is what is recorded.
    private func keep(_ reply: ChatReply, to request: ChatRequest, _ key: ContentHash) throws -> ChatReply {
        guard reply.isCacheable else { return reply }
        var reply = reply
        // The request is the same without its ceiling, so what a reply of untold length may have had of it is kept with
        // the reply, for as long as it is more than the request alone says.
        if reply.usage.isUntold, let ceiling = request.ceiling, ceiling > TokenEstimate.mostOfReply(to: request) {
            reply.usage = reply.usage.atMost(for: request)
        }
        var kept = try cache.keep(reply, to: request, key: key, replacing: mode == .refresh)
        fresh.withLock { if mode == .refresh { $0.insert(key) } }
        kept.wasCached = reply.wasCached
        kept.completion = key.hex
        return kept
    }

    private func kept(for key: ContentHash, _ request: ChatRequest) throws -> ChatReply? {
        guard mayAnswer(key) else { return nil }
        if var kept = try cache.reply(for: key) {
            kept.wasCached = true
            kept.completion = key.hex
            return kept
        }
        // Who may not ask is told that elsewhere: nothing that was recorded is missing.
        guard mode == .only, Asking.isAllowed else { return nil }
        throw ModelError(
            .cacheMiss,
            "no recorded reply of \(request.model) for request \(key.hex.prefix(12)); "
                + "only recorded replies are allowed (cache mode `only`), so ask with mode `use` to record it",
            model: request.model)
    }

    private func mayAnswer(_ key: ContentHash) -> Bool {
        switch mode {
        case .use, .only: true
        case .refresh: fresh.withLock { $0.contains(key) }
        case .off: false
        }
    }
}
