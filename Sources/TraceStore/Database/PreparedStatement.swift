import GRDB
import GRDBSQLite

/// A statement of a connection, bound and stepped directly.
///
/// The connection's own interface ends a text at its first NUL character and costs twice the time a row; both matter
/// here: whatever a workflow recorded has to read back the same, a million nodes at a time.
struct PreparedStatement {
    private let database: Database
    let handle: OpaquePointer

    /// The statement for `sql`, prepared once a connection. Must not be used again while one of its rows is being read.
    init(_ sql: String, in database: Database) throws {
        self.database = database
        self.handle = try database.cachedStatement(sql: sql).sqliteStatement
    }

    /// Runs the statement for its effect.
    func run(_ arguments: SQLValue...) throws { try run(arguments) }

    /// Runs the statement for its effect.
    func run(_ arguments: [SQLValue]) throws {
        defer { sqlite3_reset(handle) }
        try bind(arguments)
        guard try !step() else { throw failure() }
    }

    /// Calls `body` with every row.
    func forEach(_ arguments: [SQLValue] = [], _ body: (SQLRow) throws -> Void) throws {
        defer { sqlite3_reset(handle) }
        try bind(arguments)
        while try step() { try body(SQLRow(handle: handle)) }
    }

    /// Every row, converted.
    func all<Element>(_ arguments: SQLValue..., convert: (SQLRow) throws -> Element) throws -> [Element] {
        var elements: [Element] = []
        try forEach(arguments) { elements.append(try convert($0)) }
        return elements
    }

    /// The first row, converted; nil when there is none.
    func first<Element>(_ arguments: SQLValue..., convert: (SQLRow) throws -> Element) throws -> Element? {
        defer { sqlite3_reset(handle) }
        try bind(arguments)
        return try step() ? try convert(SQLRow(handle: handle)) : nil
    }

    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        default: throw failure()
        }
    }

    func failure() -> DatabaseError {
        guard let connection = database.sqliteConnection else { return DatabaseError(resultCode: .SQLITE_MISUSE) }
        return DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: String(cString: sqlite3_errmsg(connection)))
    }

    private func bind(_ arguments: [SQLValue]) throws {
        for (index, argument) in arguments.enumerated() {
            guard bind(argument, at: CInt(index + 1)) == SQLITE_OK else { throw failure() }
        }
    }

    func bind(_ value: SQLValue, at place: CInt) -> CInt {
        switch value {
        case .null: sqlite3_bind_null(handle, place)
        case .integer(let integer): sqlite3_bind_int64(handle, place, Int64(integer))
        case .real(let real): sqlite3_bind_double(handle, place, real)
        case .text(let text): bind(text, at: place)
        case .blob(let bytes): bind(bytes, at: place)
        }
    }

    func bind(_ text: String, at place: CInt) -> CInt {
        var text = text
        return text.withUTF8 { content in
            content.withMemoryRebound(to: CChar.self) { characters in
                // An empty text may have no address, which would bind NULL.
                guard let start = characters.baseAddress else {
                    return sqlite3_bind_text(handle, place, "", 0, Self.copied)
                }
                return sqlite3_bind_text64(
                    handle, place, start, UInt64(characters.count), Self.copied, UInt8(SQLITE_UTF8))
            }
        }
    }

    private func bind(_ bytes: [UInt8], at place: CInt) -> CInt {
        guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, place, 0) }
        return bytes.withUnsafeBytes {
            sqlite3_bind_blob64(handle, place, $0.baseAddress, UInt64($0.count), Self.copied)
        }
    }

    /// `SQLITE_TRANSIENT`: SQLite copies what it is given.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// One row of a result, valid until the next.
struct SQLRow {
    fileprivate let handle: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, CInt(column)) == SQLITE_NULL }

    func value(_ column: Int) -> SQLValue {
        switch sqlite3_column_type(handle, CInt(column)) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_FLOAT: .real(real(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(bytes(column))
        default: .null
        }
    }

    func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(handle, CInt(column))) }

    func integerIfAny(_ column: Int) -> Int? { isNull(column) ? nil : integer(column) }

    func real(_ column: Int) -> Double { sqlite3_column_double(handle, CInt(column)) }

    func realIfAny(_ column: Int) -> Double? { isNull(column) ? nil : real(column) }

    func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(handle, CInt(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, CInt(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func textIfAny(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    func bytes(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, CInt(column)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, CInt(column)))))
    }
}
