import ContentHash
import TraceGraph

/// A value as the values table holds it: a word for its kind and a content that `SELECT` shows.
struct StoredValue {
    let kind: String
    let content: SQLValue

    /// - Throws: ``StoreError`` with code `unstorable` for a value nested too deep to be read back.
    init(_ value: Value) throws(StoreError) {
        kind = value.kindName
        content =
            switch value {
            case .null: .null
            case .flag(let flag): .text(flag ? "true" : "false")
            case .integer(let integer): .integer(integer)
            // SQLite has no NaN.
            case .number(let number): number.isNaN ? .text("nan") : .real(number)
            case .text(let text), .opaque(let text): .text(text)
            case .bytes(let bytes): .blob(bytes)
            case .list, .object: .text(try StoredJSON.text(of: value))
            }
    }

    /// The value of a row of the values table, its kind and content in columns `column` and `column + 1`.
    static func read(_ row: SQLRow, at column: Int) throws(StoreError) -> Value {
        let kind = row.text(column)
        let place = column + 1
        switch kind {
        case "null": return .null
        case "flag": return .flag(row.text(place) == "true")
        case "integer": return .integer(row.integer(place))
        case "number": return .number(row.text(place) == "nan" ? .nan : row.real(place))
        case "text": return .text(row.text(place))
        case "opaque": return .opaque(row.text(place))
        case "bytes": return .bytes(row.bytes(place))
        case "list", "object": return try StoredJSON.value(of: row.text(place))
        default: throw StoreError(.unreadable, "a stored value is of the unknown kind '\(kind)'")
        }
    }

    /// SHA-256 of the kind, a line break, and the content as text (bytes as they are): what tells values apart.
    var hash: ContentHash { Self.hash(kind, content) }

    /// The hash of a row of the values table as it stands, its kind and content in columns `column` and `column + 1`.
    static func hash(ofRow row: SQLRow, at column: Int) -> ContentHash { hash(row.text(column), row.value(column + 1)) }

    private static func hash(_ kind: String, _ content: SQLValue) -> ContentHash {
        var hasher = ContentHasher()
        hasher.add(kind)
        hasher.add("\n")
        switch content {
        case .null: break
        case .integer(let integer): hasher.add(String(integer))
        case .real(let real): hasher.add("\(real)")
        case .text(let text): hasher.add(text)
        case .blob(let bytes): hasher.add(bytes)
        }
        return hasher.hash
    }
}
