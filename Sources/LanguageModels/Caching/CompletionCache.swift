public import ContentHash

/// Where replies are kept between runs, under the key of their request.
public protocol CompletionCache: Sendable {
    /// The reply kept for `key`, marked as cached; nil when there is none.
    func reply(for key: ContentHash) throws -> ChatReply?

    /// Keeps `reply` as the answer to `request`. A reply that is already kept under the key is replaced.
    func keep(_ reply: ChatReply, to request: ChatRequest, key: ContentHash) throws
}

/// How a run uses what earlier runs kept.
public enum CacheMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// Answer from the cache where it can, ask and keep otherwise.
    case use
    /// Ask always, and keep the new replies.
    case refresh
    /// Answer from the cache, never ask; a missing reply is an error.
    case only
    /// Neither read nor keep.
    case off
}
