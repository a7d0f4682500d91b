public import ContentHash

/// Where replies are kept between runs, under the key of their request.
public protocol CompletionCache: Sendable {
    /// The reply kept for `key`, marked as cached; nil when there is none.
    func reply(for key: ContentHash) throws -> ChatReply?

    /// Keeps `reply` as the answer to `request`.
    ///
    /// - Parameter replacing: Whether it takes the place of a reply that is already kept under the key; the first one
    ///   stays otherwise, whoever kept it, so that what answered once answers for good.
    /// - Returns: The reply that is kept now: `reply`, or the one that was there before it.
    @discardableResult
    func keep(_ reply: ChatReply, to request: ChatRequest, key: ContentHash, replacing: Bool) throws -> ChatReply
}

extension CompletionCache {
    /// Keeps `reply` as the answer to `request`, unless there is one.
    @discardableResult
    public func keep(_ reply: ChatReply, to request: ChatRequest, key: ContentHash) throws -> ChatReply {
        try keep(reply, to: request, key: key, replacing: false)
    }
}

/// How a run uses what earlier runs kept.
public enum CacheMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// Answer from the cache where it can, ask and keep otherwise.
    case use
    /// Ask everything anew, each thing once in a run, and keep the new replies.
    case refresh
    /// Answer from the cache, never ask; a missing reply is an error.
    case only
    /// Neither read nor keep.
    case off
}
