import GRDB

/// One consistent view of the database.
struct StoreReader {
    let database: Database

    func statement(_ sql: String) throws -> PreparedStatement { try PreparedStatement(sql, in: database) }
}
