import Foundation
import GRDB

extension TraceStore {
    /// How long a connection waits for another process's lock, seconds.
    private static let patience = 10.0

    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            guard !database.configuration.readonly else { return }
            // These take effect in a new file only. Hashes of new values land anywhere in their index: larger pages are
            // split less often.
            try database.execute(sql: "PRAGMA page_size = 8192")
            // Pages that pruning frees can then be given back bit by bit.
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            // 64 MB at most: new values land all over the index of hashes, and twice as fast where it fits in memory.
            try database.execute(sql: "PRAGMA cache_size = -65536")
            // 16 MB of log: pages of that index that several transactions change are copied into the file once.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 2000")
        }
        return configuration
    }

    static func open(_ path: String) throws -> DatabasePool {
        try checkPlace(path)
        let deadline = ContinuousClock.now + .seconds(patience)
        while true {
            do {
                try inspect(path)
                let pool = try DatabasePool(path: path, configuration: configuration())
                try pool.write { try Migration.migrate($0) }
                return pool
            } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < deadline
            {
                // Switching a new file to WAL mode does not wait for another process that is doing the same.
                usleep(10_000)
            }
        }
    }

    /// Refuses what SQLite would only report as "unable to open database file".
    private static func checkPlace(_ path: String) throws {
        let folder = folder(of: path)
        if try isFile(path) {
            guard FileManager.default.isWritableFile(atPath: path) else {
                throw StoreError(
                    .readOnly, "\(path) may not be written; make it writable (chmod u+w) or name another database",
                    path: path)
            }
            guard FileManager.default.isWritableFile(atPath: folder) else {
                throw StoreError(
                    .readOnly,
                    "\(path) needs files beside it, and the folder \(folder) may not be written; make it writable or "
                        + "copy the database elsewhere", path: path)
            }
            return
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw StoreError(
                .cannotOpen, "the folder \(folder) for the database cannot be created; name a path you may write to",
                path: path, underlyingError: error)
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw StoreError(
                .cannotOpen, "no file can be created in \(folder); make it writable or name another path", path: path)
        }
    }

    static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// Whether there is a file at `path`.
    ///
    /// - Throws: ``StoreError`` with code `cannotOpen` for a folder.
    static func isFile(_ path: String) throws(StoreError) -> Bool {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return false }
        guard !isFolder.boolValue else {
            throw StoreError(
                .cannotOpen, "\(path) is a folder; name a file in it, such as \(path)/optrace.sqlite", path: path)
        }
        return true
    }

    /// Looks at an existing file before anything is written to it.
    private static func inspect(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        _ = try queue.read { try checkSchema(of: $0, at: path) }
        try queue.close()
    }

    /// - Returns: The number of the schema.
    static func checkSchema(of database: Database, at path: String) throws -> Int {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard application == Migration.applicationID || (application == 0 && version == 0 && tables == 0) else {
            throw StoreError(
                .foreignDatabase, "\(path) belongs to another program; name another database", path: path)
        }
        guard version <= Migration.latest else {
            throw StoreError(
                .newerVersion,
                "\(path) has schema \(version) and this version of Optrace knows up to \(Migration.latest); use the "
                    + "newer version, or name another database", path: path)
        }
        return version
    }
}
