import ContentHash

/// Answers from a cache where it may, and asks each thing only once at a time.
///
/// Requests are the same when their ``ChatRequest/key`` is. While one is being answered, every other of the same key
/// waits for that answer and gets it marked as cached; whoever gives up waiting leaves the rest undisturbed. What is
/// not ``ChatReply/isCacheable`` is never kept.
public final class CachedModel: LanguageModel {
    private let base: any LanguageModel
    private let cache: any CompletionCache
    private let mode: CacheMode
    private let flights = Flights<ContentHash, ChatReply> { reply in
        var reply = reply
        reply.wasCached = true
        return reply
    }

    public init(_ base: any LanguageModel, cache: any CompletionCache, mode: CacheMode = .use) {
        self.base = base
        self.cache = cache
        self.mode = mode
    }

    /// How many calls wait for a model's reply, those that share one included.
    public var waiting: Int { flights.waiting }

    /// - Throws: ``ModelError/Code/cacheMiss`` in mode ``CacheMode/only`` when the reply is not kept; what the cache
    ///   throws when it cannot be read or written.
    public func reply(to request: ChatRequest) async throws -> ChatReply {
        if mode == .off { return try await base.reply(to: request) }
        let request = try await base.addressed(request)
        let key = request.key
        if let kept = try kept(for: key, request) { return kept }
        return try await flights.value(for: key) { [self] in
            // A flight may have landed, or another process have kept a reply, between the look above and here.
            if let kept = try kept(for: key, request) { return kept }
            return try keep(try await base.reply(to: request), to: request, key)
        }
    }

    /// As ``reply(to:)``. What is not kept is streamed as it arrives, without waiting for others of the same key; the
    /// whole reply at its end is the one that is kept.
    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        if mode == .off { return base.stream(request) }
        return AsyncThrowingStream(producing: { [self] emit in
            let request = try await base.addressed(request)
            let key = request.key
            if let kept = try kept(for: key, request) {
                emit(.text(kept.text))
                emit(.finished(kept))
                return
            }
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
        var kept = try cache.keep(reply, to: request, key: key, replacing: mode == .refresh)
        kept.wasCached = reply.wasCached
        kept.completion = key.hex
        return kept
    }

    private func kept(for key: ContentHash, _ request: ChatRequest) throws -> ChatReply? {
        guard mode == .use || mode == .only else { return nil }
        if var kept = try cache.reply(for: key) {
            kept.wasCached = true
            kept.completion = key.hex
            return kept
        }
        guard mode == .only else { return nil }
        throw ModelError(
            .cacheMiss,
            "no recorded reply of \(request.model) for request \(key.hex.prefix(12)); "
                + "only recorded replies are allowed (cache mode `only`), so ask with mode `use` to record it",
            model: request.model)
    }
}
