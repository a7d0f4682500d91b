import TraceGraph

/// Reads JSON the way models write it.
///
/// Mends what can mean only one thing: a missing or a superfluous comma, line breaks inside strings, unknown escapes,
/// `True`, `False` and `None`, a text between two rows of three quotation marks, and a tail that is missing, of which
/// the members that are whole are kept. Everything else is malformed.
struct LooseJSON {
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private(set) var position: Int
    /// What was mended, each kind once.
    private(set) var repairs: Set<String> = []
    /// The text ended before the value did.
    private(set) var isTruncated = false

    private static let deepest = 64

    init(_ bytes: [UInt8], from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The value that starts here; nil when the text ends before any of it is whole.
    mutating func value(depth: Int = 0) throws(Malformed) -> Value? {
        guard depth < Self.deepest else { throw Malformed() }
        skipSpace()
        guard let byte = current else {
            isTruncated = true
            return nil
        }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .list(try list(depth: depth))
        case UInt8(ascii: "\""): return try string().map(Value.text)
        default: return try word()
        }
    }

    private mutating func object(depth: Int) throws(Malformed) -> Fields {
        position += 1
        var fields = Fields()
        var needsComma = false
        while true {
            switch try separator(closing: UInt8(ascii: "}"), needsComma: needsComma) {
            case .end: return fields
            case .next: break
            }
            guard current == UInt8(ascii: "\"") else { throw Malformed() }
            guard let name = try string() else { return fields }
            skipSpace()
            guard let colon = current else {
                isTruncated = true
                return fields
            }
            guard colon == UInt8(ascii: ":") else { throw Malformed() }
            position += 1
            guard let value = try value(depth: depth + 1) else { return fields }
            fields[name] = value
            needsComma = true
        }
    }

    private mutating func list(depth: Int) throws(Malformed) -> [Value] {
        position += 1
        var elements: [Value] = []
        while true {
            switch try separator(closing: UInt8(ascii: "]"), needsComma: !elements.isEmpty) {
            case .end: return elements
            case .next: break
            }
            guard let value = try value(depth: depth + 1) else { return elements }
            elements.append(value)
        }
    }

    private enum Step { case next, end }

    /// Passes over the comma between members, or over the closing sign.
    private mutating func separator(closing: UInt8, needsComma: Bool) throws(Malformed) -> Step {
        skipSpace()
        var commas = 0
        while current == UInt8(ascii: ",") {
            commas += 1
            position += 1
            skipSpace()
        }
        guard let byte = current else {
            isTruncated = true
            return .end
        }
        if byte == closing {
            if commas > 0 { repairs.insert("a comma too many") }
            position += 1
            return .end
        }
        if needsComma, commas == 0 {
            // Only where a new member clearly begins.
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") else {
                throw Malformed()
            }
            repairs.insert("a missing comma")
        }
        if !needsComma && commas > 0 || commas > 1 { throw Malformed() }
        return .next
    }

    private mutating func string() throws(Malformed) -> String? {
        if starts(with: "\"\"\"") { return tripleQuoted() }
        position += 1
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard escape(into: &text) else { return nil }
            case 0..<0x20:
                repairs.insert("a line break inside a string")
                text.append(byte)
            default:
                text.append(byte)
            }
        }
        isTruncated = true
        return nil
    }

    private mutating func tripleQuoted() -> String? {
        position += 3
        let start = position
        while position < bytes.count {
            if starts(with: "\"\"\"") {
                // A row of four ends with a quotation mark of the text itself.
                while position + 3 < bytes.count, bytes[position + 3] == UInt8(ascii: "\"") { position += 1 }
                let text = String(decoding: bytes[start..<position], as: UTF8.self)
                position += 3
                repairs.insert("a text in triple quotation marks")
                return text.withoutFrame
            }
            position += 1
        }
        isTruncated = true
        return nil
    }

    /// False when the text ends inside the escape.
    private mutating func escape(into text: inout [UInt8]) -> Bool {
        guard let byte = current else {
            isTruncated = true
            return false
        }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "'"):
            repairs.insert("an unknown escape")
            text.append(byte)
        case UInt8(ascii: "u"):
            text.append(contentsOf: Array(String(unicodeEscape()).utf8))
        default:
            repairs.insert("an unknown escape")
            text += [UInt8(ascii: "\\"), byte]
        }
        return true
    }

    private mutating func unicodeEscape() -> Unicode.Scalar {
        guard let first = hex(at: position) else {
            repairs.insert("an unknown escape")
            return "\u{FFFD}"
        }
        position += 4
        if (0xD800..<0xDC00).contains(first), starts(with: "\\u"), let second = hex(at: position + 2),
            (0xDC00..<0xE000).contains(second)
        {
            position += 6
            return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
        }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
    }

    private func hex(at start: Int) -> UInt32? {
        guard start + 4 <= bytes.count, bytes[start] != UInt8(ascii: "+") else { return nil }
        return UInt32(String(decoding: bytes[start..<start + 4], as: UTF8.self), radix: 16)
    }

    /// A number or one of the words; the text may end right behind it only when it is a word.
    private mutating func word() throws(Malformed) -> Value? {
        let start = position
        while let byte = current, Self.isWordByte(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        switch text {
        case "true", "True": return true
        case "false", "False": return false
        case "null", "None": return .null
        default: break
        }
        // `0.2` may be the beginning of `0.25`.
        if position == bytes.count, !text.isEmpty {
            isTruncated = true
            return nil
        }
        guard let number = try? Value(json: text) else { throw Malformed() }
        return number
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer {
            position + $0.count <= bytes.count && bytes[position..<position + $0.count].elementsEqual($0)
        }
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
    }
}
