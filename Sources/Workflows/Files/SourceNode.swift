import TraceGraph

/// One node of a YAML document, with its place.
struct SourceNode: Sendable {
    struct Place: Sendable, Hashable {
        var line: Int
        var column: Int
    }

    struct Scalar: Sendable {
        var text: String
        /// Written without quotes and not as a block: may mean a number, a flag or nothing.
        var isPlain: Bool
        /// Where its text is written, when it is written as it stands.
        var layout: Layout
    }

    /// How a scalar's text lies in the file, so that places inside it can be told.
    enum Layout: Sendable, Hashable {
        /// On one line, this many scalars after the node's place.
        case line(Int)
        /// As a literal block whose lines are indented by this many scalars, from the line after the node's place.
        case block(Int)
        /// Folded, escaped or changed.
        case unknown
    }

    struct Entry: Sendable {
        var key: String
        var place: Place
        var value: SourceNode
        /// The line of an earlier entry with the same key.
        var earlierLine: Int?
    }

    indirect enum Content: Sendable {
        case scalar(Scalar)
        case list([SourceNode])
        case mapping([Entry])
        /// Something that has already been reported.
        case unusable
    }

    var content: Content
    var place: Place

    /// What the node is, for messages.
    var kindName: String {
        switch content {
        case .scalar(let scalar): Self.meaning(of: scalar).kindName
        case .list: "list"
        case .mapping: "mapping"
        case .unusable: "nothing"
        }
    }

    /// The text of a scalar, however it is written.
    var text: String? {
        if case .scalar(let scalar) = content { scalar.text } else { nil }
    }

    /// What a scalar stands for by the core schema of YAML 1.2: `yes` and `no` are words.
    static func meaning(of scalar: Scalar) -> Value {
        guard scalar.isPlain else { return .text(scalar.text) }
        switch scalar.text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        default: return number(scalar.text) ?? .text(scalar.text)
        }
    }

    private static func number(_ text: String) -> Value? {
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return nil }
        if text.hasPrefix("0x"), let integer = Int(text.dropFirst(2), radix: 16) { return .integer(integer) }
        if text.hasPrefix("0o"), let integer = Int(text.dropFirst(2), radix: 8) { return .integer(integer) }
        let digits = text.utf8.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        guard text.utf8.count - digits.count <= 1, !digits.isEmpty else { return nil }
        if digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let integer = Int(text) {
            return .integer(integer)
        }
        guard digits.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }),
            digits.contains(where: { $0 < 0x3A && $0 > 0x2F }),
            let number = Double(text), number.isFinite
        else { return nil }
        return .number(number)
    }
}
