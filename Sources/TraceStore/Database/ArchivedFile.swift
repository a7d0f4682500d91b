import Foundation

/// A database file that was opened as one that nobody writes to: SQLite then keeps to the pages it has seen, so that what
/// it tells is wrong as soon as somebody does write.
package struct ArchivedFile: Sendable {
    private let path: String
    private let found: [State]

    /// One of the files that the database consists of; without size where it is not there.
    private struct State: Sendable, Equatable {
        var size: Int?
        var modified: Date?
    }

    /// - Parameter path: The database as it is now.
    package init(_ path: String) {
        self.path = path
        found = Self.states(of: path)
    }

    /// - Throws: ``StoreError`` with code `locked` when somebody has begun to write to it.
    package func check() throws(StoreError) {
        guard Self.states(of: path) == found else {
            throw StoreError(
                .locked,
                "\(path) was opened as a file that nobody writes to, and somebody writes it now; open it again",
                path: path)
        }
    }

    private static func states(of path: String) -> [State] {
        ["", "-wal", "-shm"].map { suffix in
            // Without attributes there is no file.
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return State(
                size: attributes?[.size] as? Int, modified: attributes?[.modificationDate] as? Date)
        }
    }
}
