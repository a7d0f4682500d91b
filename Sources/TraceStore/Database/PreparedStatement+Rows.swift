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

    /// Binds the parameter number `place`, counted from 1, until it is bound anew.
    func set(_ place: Int, to value: SQLValue) throws {
        try check(bind(value, at: CInt(place)))
    }

    /// Binds the parameter number `place`, counted from 1, while `body` runs, without copying `text`.
    func lend(_ place: Int, _ text: String, while body: () throws -> Void) throws {
        var text = text
        try text.withUTF8 { content in
            try lend(
                place, UnsafeRawBufferPointer(content),
                bind: {
                    sqlite3_bind_text64(
                        handle, CInt(place), $0.assumingMemoryBound(to: CChar.self), UInt64(content.count), nil,
                        UInt8(SQLITE_UTF8))
                }, while: body)
        }
    }

    /// Binds the parameter number `place`, counted from 1, while `body` runs, without copying `bytes`.
    func lend(_ place: Int, _ bytes: UnsafeRawBufferPointer, while body: () throws -> Void) throws {
        try lend(
            place, bytes, bind: { sqlite3_bind_blob64(handle, CInt(place), $0, UInt64(bytes.count), nil) }, while: body)
    }

    private func lend(
        _ place: Int, _ content: UnsafeRawBufferPointer, bind: (UnsafeRawPointer) -> CInt, while body: () throws -> Void
    ) throws {
        // An empty text may have no address, which would bind NULL.
        var nothing: UInt8 = 0
        try withUnsafePointer(to: &nothing) { nowhere in
            try check(bind(content.baseAddress ?? UnsafeRawPointer(nowhere)))
            defer { sqlite3_bind_null(handle, CInt(place)) }
            try body()
        }
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
