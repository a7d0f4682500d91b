import Foundation
import GRDB
import Synchronization

/// Everything that runs leave behind, in one SQLite file: traces, replies of models, decisions.
///
/// The file is in WAL mode: many readers and one writer at a time, over several processes too; a writer that finds the
/// database locked waits up to ten seconds. What a call has written survives the process being killed; a call that
/// throws has written nothing. `docs/schema.md` describes the tables.
public final class TraceStore: Sendable {
    /// The database file.
    public let path: String
    /// The replies of models.
    public let completions: StoredCompletions
    /// The results of operations.
    public let results: StoredNodes

    /// Whether nothing can be written: the file, or its folder, may only be read.
    public let isReadOnly: Bool

    let clock: StoreClock
    /// What SQLite opens: ``path``, or a URI that has it.
    let source: String
    /// The file, where SQLite was told that nobody writes to it.
    let archive: ArchivedFile?
    private let pool: DatabasePool
    private let known = Mutex(KnownValues())

    /// Opens the store in the file `path`, which is created with its folder when it is not there, and brings an older
    /// schema up to date.
    ///
    /// - Throws: ``StoreError``: `cannotOpen` when the path is a folder or forbidden, `readOnly`, `corrupt` for a file
    ///   that is no sound database, `foreignDatabase` for another program's, `newerVersion`, `locked`, `diskFull`.
    public convenience init(path: String, clock: StoreClock = .live) throws(StoreError) {
        try self.init(path, clock) { Opened(pool: try Self.open(path), source: path, isReadOnly: false) }
    }

    /// Opens the store in the file `path` to look at what is there. Where neither the file nor its folder are in the way,
    /// as ``init(path:clock:)``; else nothing is written, neither to the file nor beside it, and what writes throws
    /// `readOnly`.
    ///
    /// - Throws: ``StoreError``, as ``init(path:clock:)``; `readOnly` where what was written last lies beside the file and
    ///   cannot be put into it, and for a file whose schema would have to be brought up to date.
    public convenience init(reading path: String, clock: StoreClock = .live) throws(StoreError) {
        try self.init(path, clock) {
            guard Self.isArchived(path) else {
                return Opened(pool: try Self.open(path), source: path, isReadOnly: false)
            }
            return try Self.openArchived(path)
        }
    }

    /// What opening the file came to.
    struct Opened {
        let pool: DatabasePool
        let source: String
        let isReadOnly: Bool
        var archive: ArchivedFile?
    }

    private init(_ path: String, _ clock: StoreClock, _ open: () throws -> Opened) throws(StoreError) {
        self.path = path
        self.clock = clock
        do {
            let opened = try open()
            (pool, source) = (opened.pool, opened.source)
            (isReadOnly, archive) = (opened.isReadOnly, opened.archive)
            completions = try StoredCompletions(path: path, source: source, pool: pool, clock: clock)
            results = try StoredNodes(path: path, source: source, pool: pool, clock: clock)
        } catch {
            throw StoreError(error, while: "opening the store", path: path)
        }
    }

    /// Puts all that was committed into the one file, as far as no other process is in the way, and closes it, so that who
    /// copies the file has everything. Any later call throws.
    ///
    /// Without it reading and writing end by themselves when the store is released, and a part of what was committed may
    /// lie beside the database, in `-wal`, until somebody opens it again.
    ///
    /// - Throws: ``StoreError`` when the disk has no room or the file cannot be written; nothing that was committed is lost.
    public func close() throws(StoreError) {
        do {
            let checkpoint = Result {
                if !isReadOnly { try pool.writeWithoutTransaction { _ = try $0.checkpoint(.passive) } }
            }
            try completions.close()
            try results.close()
            try pool.close()
            try checkpoint.get()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // Another process is doing the same.
        } catch {
            throw StoreError(error, while: "closing the store", path: path)
        }
    }

    /// A consistent view of the database for reading.
    func read<Result>(_ activity: String, _ body: (StoreReader) throws -> Result) throws(StoreError) -> Result {
        do {
            return try pool.read { try body(StoreReader(database: $0)) }
        } catch {
            throw StoreError(error, while: activity, path: path)
        }
    }

    /// One transaction: all of what `body` writes is kept, or nothing when it throws.
    func write<Result>(_ activity: String, _ body: (StoreWriter) throws -> Result) throws(StoreError) -> Result {
        do {
            return try pool.makingRoom { try writeOnce(activity, body) }
        } catch {
            throw StoreError(error, while: activity, path: path)
        }
    }

    private func writeOnce<Result>(_ activity: String, _ body: (StoreWriter) throws -> Result) throws -> Result {
        return try pool.writeWithoutTransaction { database in
            // Given back after the commit alone: what a transaction that failed has seen is not there.
            var written: (result: Result, known: KnownValues)?
            try database.inTransaction(.immediate) {
                let writer = try StoreWriter(database: database, known: takeKnown(), now: clock.now())
                written = (try body(writer), writer.known)
                return .commit
            }
            guard let written else { throw StoreError(.database, "\(activity) was not committed", path: path) }
            known.withLock { $0 = written.known }
            return written.result
        }
    }

    /// Statements that must run outside a transaction.
    func maintain(_ activity: String, _ body: (Database) throws -> Void) throws(StoreError) {
        do {
            try pool.writeWithoutTransaction(body)
        } catch {
            throw StoreError(error, while: activity, path: path)
        }
    }

    private func takeKnown() -> KnownValues {
        known.withLock { known in
            defer { known = KnownValues() }
            return known
        }
    }
}
