import ContentHash
import Foundation
import GRDB
import Synchronization

/// What a cache keeps under keys: in the database and, for what was asked for lately, in memory.
///
/// An entry is in the database when ``keep(_:as:_:)`` returns: a process that is killed loses nothing of it.
final class KeptEntries<Entry: Sendable>: Sendable {
    private let path: String
    private let pool: DatabasePool
    /// A connection of its own: no queue of readers to pass, and its statement stays prepared.
    private let lookups: DatabaseQueue
    private let clock: StoreClock
    /// Where entries stand, by `key`, with the time they were kept at.
    private let table: StaticString
    /// What an entry is called: `a reply`.
    private let noun: String
    /// How many bytes an entry takes in memory, about.
    private let size: @Sendable (Entry) -> Int
    private let recent = Mutex(RecentEntries<Entry>())

    init(
        path: String, source: String, pool: DatabasePool, clock: StoreClock, table: StaticString, noun: String,
        size: @escaping @Sendable (Entry) -> Int
    ) throws {
        self.path = path
        self.pool = pool
        self.clock = clock
        self.table = table
        self.noun = noun
        self.size = size
        var configuration = TraceStore.configuration()
        configuration.readonly = true
        lookups = try DatabaseQueue(path: source, configuration: configuration)
    }

    func close() throws { try lookups.close() }

    /// The entry for `key`, from memory or as `find` has it; nil when there is none.
    ///
    /// - Complexity: O(log entries); a dictionary look-up for one that was asked for lately.
    func entry(for key: ContentHash, _ find: (StoreReader) throws -> Entry?) throws(StoreError) -> Entry? {
        if let entry = recent.withLock({ $0[key] }) { return entry }
        guard let found = try read(find) else { return nil }
        remember(found, for: key)
        return found
    }

    /// The keys of the entries that were kept at `time` or later.
    func keys(keptSince time: Date) throws(StoreError) -> Set<ContentHash> {
        try read { reader in
            let texts = try reader.statement("SELECT key FROM \(table) WHERE created_at >= ?")
                .all(.text(Timestamp.text(time))) { $0.text(0) }
            return Set(texts.compactMap { ContentHash(hex: $0) })
        }
    }

    /// What `body` finds in the database.
    private func read<Result>(_ body: (StoreReader) throws -> Result) throws(StoreError) -> Result {
        do {
            return try lookups.inDatabase { try body(StoreReader(database: $0)) }
        } catch {
            throw StoreError(error, while: "looking up \(noun)", path: path)
        }
    }

    /// Has `write` keep an entry, in one transaction.
    ///
    /// - Parameter remembered: What the entry is like when it is asked for again.
    /// - Returns: The entry that is kept now.
    func keep(
        _ key: ContentHash, as remembered: (Entry) -> Entry = { $0 }, _ write: (StoreWriter) throws -> Entry
    ) throws(StoreError) -> Entry {
        do {
            let kept = try pool.makingRoom {
                try pool.write { try write(StoreWriter(database: $0, known: KnownValues(), now: clock.now())) }
            }
            remember(remembered(kept), for: key)
            return kept
        } catch {
            throw StoreError(error, while: "keeping \(noun)", path: path)
        }
    }

    private func remember(_ entry: Entry, for key: ContentHash) {
        let bytes = size(entry)
        recent.withLock { $0.remember(entry, for: key, bytes: bytes) }
    }

    /// Forgets what is in memory, after entries were removed from the database.
    func forgetRecent() { recent.withLock { $0 = RecentEntries() } }
}
