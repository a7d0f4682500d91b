public import ContentHash
public import Foundation
import GRDB
public import LanguageModels
public import TraceGraph

/// The results of operations, in the database and, for those asked for lately, in memory.
///
/// A result is in the database when ``keep(_:for:replacing:)`` returns, so that a run that is gone on with sees what it saw
/// before, also of operations that do not give the same each time.
public final class StoredNodes: NodeCache {
    private let entries: KeptEntries<Value>

    init(path: String, source: String, pool: DatabasePool, clock: StoreClock) throws {
        entries = try KeptEntries(
            path: path, source: source, pool: pool, clock: clock, table: "node_results", noun: "a result",
            size: { 64 + ($0.text?.utf8.count ?? $0.json.utf8.count) })
    }

    func close() throws { try entries.close() }

    /// The result kept for `key`; nil when there is none.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    /// - Complexity: O(log number of results); a dictionary look-up for one that was asked for lately.
    public func value(for key: NodeKey) throws -> Value? {
        let digest = key.digest
        return try entries.entry(for: digest) { try $0.result(for: digest) }
    }

    /// Keeps `value` as the result for `key`.
    ///
    /// - Returns: The result that is kept now.
    /// - Throws: ``StoreError`` when the database cannot be written; nothing is kept then.
    @discardableResult
    public func keep(_ value: Value, for key: NodeKey, replacing: Bool) throws -> Value {
        try entries.keep(key.digest) { try $0.keep(value, for: key, replacing: replacing) }
    }

    /// The digests of the keys of the results that were kept at `time` or later.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func keys(keptSince time: Date) throws(StoreError) -> Set<ContentHash> {
        try entries.keys(keptSince: time)
    }

    /// Forgets what is in memory, after results were removed from the database.
    func forgetRecent() { entries.forgetRecent() }
}

extension StoreReader {
    /// The result kept under a key's digest.
    func result(for key: ContentHash) throws -> Value? {
        try statement(
            #"SELECT v.kind, v.content FROM node_results r JOIN "values" v ON v.id = r.value WHERE r.key = ?"#
        )
        .first(.text(key.hex)) { try StoredValue.read($0, at: 0) }
    }
}

extension StoreWriter {
    /// Keeps a result; the look and the writing are one transaction, so that of several processes one is first.
    func keep(_ value: Value, for key: NodeKey, replacing: Bool) throws -> Value {
        let digest = key.digest
        if !replacing, let kept = try reader.result(for: digest) { return kept }
        try statement(
            """
            INSERT INTO node_results (key, operation, request, value, created_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value, created_at = excluded.created_at
            """
        ).run(
            .text(digest.hex), .text(key.operation), .integer(try place(of: key.recorded)),
            .integer(try place(of: value)), .text(now))
        return value
    }
}

extension TraceStore {
    /// Removes kept results of operations. Those that a node of a stored trace has for its value stay, unless they are
    /// included.
    ///
    /// - Parameters:
    ///   - date: Those kept before it; nil for no limit of age.
    ///   - bytes: Then the oldest until all results together take no more; nil for no limit. With neither, all.
    ///   - includingReferenced: Whether results that traces have may be removed too: those runs can then no longer be
    ///     replayed without running their code again.
    /// - Throws: ``StoreError``; nothing is removed then.
    @discardableResult
    public func removeResults(
        olderThan date: Date? = nil, maximumBytes bytes: Int? = nil, includingReferenced: Bool = false
    ) throws(StoreError) -> Removal {
        let limit = date.map(Timestamp.text)
        let removal = try write("removing results") { writer in
            let entries = try writer.statement(
                """
                SELECT r.id, r.created_at, coalesce(length(CAST(v.content AS BLOB)), 0),
                    r.value IN (SELECT value FROM nodes)
                FROM node_results r JOIN "values" v ON v.id = r.value ORDER BY r.created_at, r.id
                """
            ).all { (id: $0.integer(0), created: $0.text(1), bytes: $0.integer(2), isUsed: $0.integer(3) != 0) }
            var rest = entries.reduce(0) { $0 + $1.bytes }
            let remove = try writer.statement("DELETE FROM node_results WHERE id = ?")
            var (count, freed) = (0, 0)
            for entry in entries where includingReferenced || !entry.isUsed {
                let isOld = limit.map { entry.created < $0 } ?? false
                let isTooMuch = bytes.map { rest > $0 } ?? false
                guard isOld || isTooMuch || (date == nil && bytes == nil) else { continue }
                try remove.run(.integer(entry.id))
                rest -= entry.bytes
                freed += entry.bytes
                count += 1
            }
            return Removal(
                entries: count, values: try writer.collectOrphans(), bytes: freed, kept: entries.count - count)
        }
        results.forgetRecent()
        try giveBackSpace()
        return removal
    }
}
