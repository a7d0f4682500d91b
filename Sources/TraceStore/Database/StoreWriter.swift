import ContentHash
import Foundation
import GRDB

/// One write transaction.
final class StoreWriter {
    let database: Database
    /// When the transaction began, as the database holds it.
    let now: String
    var known: KnownValues
    /// The statement that added the last value, with the kind that is bound.
    var valueInsertion: (statement: PreparedStatement, kind: String)?

    init(database: Database, known: KnownValues, now: Date) throws {
        self.database = database
        self.now = Timestamp.text(now)
        self.known = known
        let version = try Int.fetchOne(database, sql: "PRAGMA data_version") ?? 0
        if version != known.dataVersion { self.known = KnownValues(dataVersion: version) }
    }

    func statement(_ sql: String) throws -> PreparedStatement { try PreparedStatement(sql, in: database) }

    /// The number SQLite gave the row inserted last.
    var lastID: Int { Int(database.lastInsertedRowID) }

    /// The same database, for reading inside the transaction.
    var reader: StoreReader { StoreReader(database: database) }
}

/// Rows that the writer has seen and need not look up again, as long as no other connection has written.
struct KnownValues: Sendable {
    /// What `PRAGMA data_version` said: it changes when another connection commits.
    var dataVersion = -1
    var values: [ContentHash: Int] = [:]

    /// How many values are remembered before all are forgotten; about 100 bytes each.
    static let limit = 200_000
}
