public import ContentHash
public import Foundation
import GRDB
public import LanguageModels
import Synchronization
import TraceGraph

/// The replies of models, in the database and, for those asked for lately, in memory.
///
/// A reply is in the database when ``keep(_:to:key:)`` returns: a process that is killed loses at most the calls that
/// were in flight.
public final class StoredCompletions: CompletionCache {
    private let path: String
    private let pool: DatabasePool
    /// A connection of its own: no queue of readers to pass, and its statement stays prepared.
    private let lookups: DatabaseQueue
    private let clock: StoreClock
    private let recent = Mutex(RecentEntries<ChatReply>())

    init(path: String, pool: DatabasePool, clock: StoreClock) throws {
        self.path = path
        self.pool = pool
        self.clock = clock
        var configuration = TraceStore.configuration()
        configuration.readonly = true
        lookups = try DatabaseQueue(path: path, configuration: configuration)
    }

    func close() throws { try lookups.close() }

    /// The reply kept for `key`, marked as cached; nil when there is none.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    /// - Complexity: O(log number of completions); a dictionary look-up for a reply that was asked for lately.
    public func reply(for key: ContentHash) throws -> ChatReply? {
        if let reply = recent.withLock({ $0[key] }) { return reply }
        do {
            guard let kept = try lookups.inDatabase({ try StoreReader(database: $0).reply(for: key) }) else {
                return nil
            }
            remember(kept, for: key)
            return kept
        } catch {
            throw StoreError(error, while: "looking up a reply", path: path)
        }
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
        do {
            let kept = try pool.write { database in
                let writer = try StoreWriter(database: database, known: KnownValues(), now: clock.now())
                return try writer.keep(reply, to: request, key: key, replacing: replacing)
            }
            remember(kept, for: key)
            return kept
        } catch {
            throw StoreError(error, while: "keeping a reply", path: path)
        }
    }

    /// The keys of the replies that were kept at `time` or later.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func keys(keptSince time: Date) throws(StoreError) -> Set<ContentHash> {
        do {
            return try lookups.inDatabase { database in
                let texts = try StoreReader(database: database).statement(
                    "SELECT key FROM completions WHERE created_at >= ?"
                ).all(.text(Timestamp.text(time))) { $0.text(0) }
                return Set(texts.compactMap { ContentHash(hex: $0) })
            }
        } catch {
            throw StoreError(error, while: "looking up replies", path: path)
        }
    }

    private func remember(_ reply: ChatReply, for key: ContentHash) {
        var reply = reply
        reply.wasCached = true
        let bytes = reply.text.utf8.count + 200 + reply.tokens.count * 100
        recent.withLock { [reply] in $0.remember(reply, for: key, bytes: bytes) }
    }

    /// Forgets what is in memory, after replies were removed from the database.
    func forgetRecent() { recent.withLock { $0 = RecentEntries() } }
}
