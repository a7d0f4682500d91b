import Foundation
import GRDB

extension StoreError {
    /// `error` in the store's words.
    ///
    /// - Parameter activity: What was being done, as `saving a trace`.
    init(_ error: any Error, while activity: String, path: String) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as DatabaseError:
            self.init(error, while: activity, path: path)
        default:
            self.init(.database, "\(activity) failed: \(error)", path: path, underlyingError: error)
        }
    }

    private init(_ error: DatabaseError, while activity: String, path: String) {
        // Some calls of the system fail otherwise on a disk without room.
        let isFull = error.resultCode == .SQLITE_IOERR && Self.isFull(path)
        let (code, problem, remedy) = Self.explanation(of: isFull ? .SQLITE_FULL : error.resultCode)
        // The message of SQLite names tables and columns, never contents.
        let detail = code == .database ? ": \(error.message ?? error.resultCode.description)" : ""
        self.init(
            code, "\(activity) failed, because \(path) \(problem)\(detail); \(remedy)", path: path,
            underlyingError: error)
    }

    /// Whether less than a few pages are free on the disk of `path`.
    private static func isFull(_ path: String) -> Bool {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let free = try? FileManager.default.attributesOfFileSystem(forPath: folder)[.systemFreeSize] as? NSNumber
        return free.map { $0.intValue < 1 << 16 } ?? false
    }

    private static func explanation(of code: ResultCode) -> (Code, problem: String, remedy: String) {
        switch code {
        case .SQLITE_READONLY:
            (.readOnly, "may not be written", "make the file and its folder writable, or name another database")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            (
                .cannotOpen, "cannot be opened",
                "check that the path names a file in a folder you may write to, or name another database"
            )
        case .SQLITE_NOTADB:
            (.corrupt, "is not an SQLite database", "name another file, or move this one away to start a new database")
        case .SQLITE_CORRUPT:
            (
                .corrupt, "is damaged",
                "rescue what can be read with `sqlite3 FILE .recover`, or move it away to start a new database"
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            (.locked, "stayed locked by another process", "end that process or wait for it, then try again")
        case .SQLITE_FULL:
            (.diskFull, "has no space left on its disk", "free some space and resume: everything committed is kept")
        case .SQLITE_IOERR:
            (.database, "could not be read or written", "check the disk and its free space, then try again")
        default:
            (.database, "reported a problem", "run `optrace cache verify`, and report it if it stays")
        }
    }
}
