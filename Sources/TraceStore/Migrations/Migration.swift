import GRDB

/// One numbered change of the schema. Once released it never changes; later ones build on it.
struct Migration: Sendable {
    /// The schema version it leads to, counted from 1: what `PRAGMA user_version` says afterwards.
    let number: Int
    /// What it does, in a phrase.
    let name: String
    let sql: String

    /// All of them, in order.
    static let all: [Migration] = [.firstSchema, .runCourse, .nodeResults, .hiddenInputs, .lostCalls, .preferences]

    /// The schema version that this library writes.
    static var latest: Int { all.last?.number ?? 0 }

    /// Marks a database as one of Optrace's: `OPTR` in the file's header.
    static let applicationID = 0x4F50_5452

    /// Brings `database` up to version `target`, from whatever older version it has; does nothing when it has that.
    ///
    /// To be called inside a write transaction: the version is read there, so that two processes that open a new
    /// database at once do not both create it.
    static func migrate(_ database: Database, to target: Int = latest) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        for migration in all where migration.number > version && migration.number <= target {
            try database.execute(sql: migration.sql)
            try database.execute(sql: "PRAGMA user_version = \(migration.number)")
        }
        if version == 0 { try database.execute(sql: "PRAGMA application_id = \(applicationID)") }
    }
}
