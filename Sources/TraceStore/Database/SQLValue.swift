/// What goes into a column.
enum SQLValue {
    case null
    case integer(Int)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// The text, or NULL.
    init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
    /// The integer, or NULL.
    init(_ integer: Int?) { self = integer.map(SQLValue.integer) ?? .null }
    /// The number, or NULL; NaN is NULL in SQLite too.
    init(_ real: Double?) { self = real.map(SQLValue.real) ?? .null }
}
