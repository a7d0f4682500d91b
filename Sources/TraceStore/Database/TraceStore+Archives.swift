import Foundation
import GRDB

/// Databases that may only be read: in an archive, on a disk that is mounted that way, another user's.
extension TraceStore {
    /// Whether the file at `path` is there and it or its folder may not be written.
    static func isArchived(_ path: String) -> Bool {
        let files = FileManager.default
        return files.isReadableFile(atPath: path)
            && !(files.isWritableFile(atPath: path) && files.isWritableFile(atPath: folder(of: path)))
    }

    /// A database to be read.
    ///
    /// A reader shares memory with writers through the file `-shm`. Where somebody has made one, it is used. Where nobody
    /// has, nobody writes, and SQLite is told so: it would make the file otherwise, which it may not.
    static func openArchived(_ path: String) throws -> Opened {
        _ = try isFile(path)
        if FileManager.default.fileExists(atPath: path + "-shm"), let pool = try openShared(path) {
            return Opened(pool: pool, source: path, isReadOnly: true)
        }
        // As it is before anything of it is read: what changes from then on may have been missed.
        let archive = ArchivedFile(path)
        guard size(of: path + "-wal") == 0 else {
            throw StoreError(
                .readOnly,
                "\(path) may not be written, and what was written to it last still lies beside it, in \(path)-wal; copy both "
                    + "files to a folder you may write to, and name the copy", path: path)
        }
        let source = URL(fileURLWithPath: path).absoluteString + "?immutable=1"
        return Opened(pool: try checked(source, path), source: source, isReadOnly: true, archive: archive)
    }

    /// Nil where what others share cannot be read either.
    private static func openShared(_ path: String) throws -> DatabasePool? {
        do {
            return try checked(path, path)
        } catch let error as DatabaseError where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) {
            return nil
        }
    }

    private static func checked(_ source: String, _ path: String) throws -> DatabasePool {
        var configuration = configuration()
        configuration.readonly = true
        let pool = try DatabasePool(path: source, configuration: configuration)
        let version = try pool.read { try checkSchema(of: $0, at: path) }
        guard version == Migration.latest else {
            throw StoreError(
                .readOnly,
                "\(path) has schema \(version) and would have to be brought up to \(Migration.latest), but may not be written; "
                    + "copy it to a folder you may write to, and name the copy", path: path)
        }
        return pool
    }

    private static func size(of path: String) -> Int {
        var found = stat()
        return stat(path, &found) == 0 ? Int(found.st_size) : 0
    }
}
