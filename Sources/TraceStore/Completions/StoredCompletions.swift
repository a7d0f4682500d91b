public import ContentHash
public import Foundation
import GRDB
public import LanguageModels
import TraceGraph

/// The replies of models, in the database and, for those asked for lately, in memory.
///
/// A reply is in the database when ``keep(_:to:key:)`` returns: a process that is killed loses at most the calls that
/// were in flight.
public final class StoredCompletions: CompletionCache {
    private let entries: KeptEntries<ChatReply>

    init(path: String, source: String, pool: DatabasePool, clock: StoreClock) throws {
        entries = try KeptEntries(
            path: path, source: source, pool: pool, clock: clock, table: "completions", noun: "a reply",
            size: { $0.text.utf8.count + 200 + $0.tokens.count * 100 })
    }

    func close() throws { try entries.close() }

    /// The reply kept for `key`, marked as cached; nil when there is none.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    /// - Complexity: O(log number of completions); a dictionary look-up for a reply that was asked for lately.
    public func reply(for key: ContentHash) throws -> ChatReply? {
        try entries.entry(for: key) { try $0.reply(for: key) }
    }

    /// Keeps `reply` as the answer to `request`. A reply that is not ``ChatReply/isCacheable`` is never kept.
    ///
    /// - Parameter replacing: Whether it takes the place of a reply that is already kept under the key, by this process
    ///   or another.
    /// - Returns: The reply that is kept now.
    /// - Throws: ``StoreError`` when the database cannot be written; nothing is kept then.
    @discardableResult
    public func keep(
        _ reply: ChatReply, to request: ChatRequest, key: ContentHash, replacing: Bool
    ) throws -> ChatReply {
        guard reply.isCacheable else { return reply }
        func cached(_ reply: ChatReply) -> ChatReply {
            var reply = reply
            reply.wasCached = true
            return reply
        }
        return try entries.keep(key, as: cached) {
            try $0.keep(reply, to: request, key: key, replacing: replacing)
        }
    }

    /// The keys of the replies that were kept at `time` or later.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func keys(keptSince time: Date) throws(StoreError) -> Set<ContentHash> {
        try entries.keys(keptSince: time)
    }

    /// Forgets what is in memory, after replies were removed from the database.
    func forgetRecent() { entries.forgetRecent() }
}
