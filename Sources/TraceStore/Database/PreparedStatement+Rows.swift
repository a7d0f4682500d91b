import GRDB
import GRDBSQLite

// For many rows in a row: what stays the same from one to the next is bound once.
extension PreparedStatement {
    /// Binds the parameter number `place`, counted from 1, until it is bound anew.
    func set(_ place: Int, to integer: Int) throws {
        try check(sqlite3_bind_int64(handle, CInt(place), Int64(integer)))
    }

    /// Binds the parameter number `place`, counted from 1, until it is bound anew; nil binds NULL.
    func set(_ place: Int, to integer: Int?) throws {
        if let integer { return try set(place, to: integer) }
        try check(sqlite3_bind_null(handle, CInt(place)))
    }

    /// Binds the parameter number `place`, counted from 1, until it is bound anew.
    func set(_ place: Int, to text: String) throws {
        try check(bind(text, at: CInt(place)))
    }

    /// Runs the statement for its effect with what is bound.
    func runAsBound() throws {
        defer { sqlite3_reset(handle) }
        guard try !step() else { throw failure() }
    }

    private func check(_ code: CInt) throws {
        guard code == SQLITE_OK else { throw failure() }
    }
}
