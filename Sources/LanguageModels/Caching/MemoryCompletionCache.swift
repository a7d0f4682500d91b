public import ContentHash
import Synchronization

/// Keeps replies in memory for as long as it lives: for tests, and for library use without a database.
public final class MemoryCompletionCache: CompletionCache {
    private let replies = Mutex<[ContentHash: ChatReply]>([:])

    public init() {}

    /// How many replies are kept.
    public var count: Int { replies.withLock(\.count) }

    public func reply(for key: ContentHash) -> ChatReply? {
        guard var reply = replies.withLock({ $0[key] }) else { return nil }
        reply.wasCached = true
        return reply
    }

    @discardableResult
    public func keep(_ reply: ChatReply, to request: ChatRequest, key: ContentHash, replacing: Bool) -> ChatReply {
        replies.withLock { replies in
            if !replacing, let kept = replies[key] { return kept }
            replies[key] = reply
            return reply
        }
    }
}
