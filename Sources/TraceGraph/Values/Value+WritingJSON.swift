extension Value {
    /// The value as JSON on one line, fields in their own order.
    ///
    /// Bytes are written as `{"$bytes": "<base64>"}`, opaque values as `{"$opaque": "<text>"}`, and numbers JSON has no
    /// word for (NaN, infinities) as null.
    public var json: String {
        var writer = JSONWriter()
        writer.write(self)
        return writer.text
    }

    /// The UTF-8 of ``json``, for those who send it.
    public var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// The value as JSON on one line with sorted field names: equal values give equal bytes.
    public var canonicalJSON: String {
        var writer = JSONWriter(sortsFields: true)
        writer.write(self)
        return writer.text
    }

    /// The value as JSON over several lines, two spaces a level.
    public var prettyJSON: String {
        var writer = JSONWriter(indents: true)
        writer.write(self)
        return writer.text
    }
}

struct JSONWriter {
    var sortsFields = false
    var indents = false
    private(set) var bytes: [UInt8] = []
    private var level = 0

    init(sortsFields: Bool = false, indents: Bool = false) {
        self.sortsFields = sortsFields
        self.indents = indents
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func write(_ value: Value) {
        switch value {
        case .null: append("null")
        case .flag(let flag): append(flag ? "true" : "false")
        case .integer(let integer): append(String(integer))
        case .number(let number): append(Self.spelling(of: number))
        case .text(let text): write(text)
        case .list(let elements):
            writeSequence(elements, open: "[", close: "]") { writer, element in writer.write(element) }
        case .object(let fields):
            let pairs = sortsFields ? fields.sorted { $0.name < $1.name } : Array(fields)
            writeSequence(pairs, open: "{", close: "}") { writer, pair in
                writer.write(pair.name)
                writer.append(writer.indents ? ": " : ":")
                writer.write(pair.value)
            }
        case .bytes(let content): write(.object(["$bytes": .text(Base64.encode(content))]))
        case .opaque(let description): write(.object(["$opaque": .text(description)]))
        }
    }

    /// Whole numbers keep a `.0`, so that reading gives a number and not an integer.
    private static func spelling(of number: Double) -> String {
        number.isFinite ? "\(number)" : "null"
    }

    private mutating func writeSequence<Element>(
        _ elements: [Element], open: StaticString, close: StaticString, _ one: (inout JSONWriter, Element) -> Void
    ) {
        append(open)
        level += 1
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine()
            one(&self, element)
        }
        level -= 1
        if !elements.isEmpty { breakLine() }
        append(close)
    }

    private mutating func breakLine() {
        guard indents else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: level * 2))
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { content in
            var start = 0
            while true {
                let end = JSONText.plainEnd(in: content, from: start)
                bytes.append(contentsOf: content[start..<end])
                guard end < content.count else { break }
                writeEscape(of: content[end])
                start = end + 1
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscape(of byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default:
            append("\\u00")
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }
}
