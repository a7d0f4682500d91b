import GRDB

/// Notices that any process has written to the database, at the price of one small query.
public final class StoreWatch: Sendable {
    private let queue: DatabaseQueue
    private let path: String
    private let archive: ArchivedFile?

    /// - Parameter archive: The file, where it was opened as one that nobody writes to.
    package init(path: String, source: String, archive: ArchivedFile?) throws {
        var configuration = TraceStore.configuration()
        configuration.readonly = true
        queue = try DatabaseQueue(path: source, configuration: configuration)
        self.path = path
        self.archive = archive
    }

    /// A number that is another one after every commit of another connection (`PRAGMA data_version`); numbers of two
    /// watches cannot be compared.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read, or was opened as one that nobody writes to and somebody
    ///   does.
    public func version() throws(StoreError) -> Int {
        try archive?.check()
        do {
            return try queue.read { try Int.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
        } catch {
            throw StoreError(error, while: "watching the database", path: path)
        }
    }
}

extension TraceStore {
    /// A watch on this database.
    ///
    /// - Throws: ``StoreError`` when the file cannot be opened.
    public func watch() throws(StoreError) -> StoreWatch {
        do {
            return try StoreWatch(path: path, source: source, archive: archive)
        } catch {
            throw StoreError(error, while: "watching the database", path: path)
        }
    }
}
