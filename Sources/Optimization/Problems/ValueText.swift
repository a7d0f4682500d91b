import TraceGraph

/// Writes values so that none can be taken for anything else in the problem, whatever it contains.
///
/// A text on one line stands behind ` = `, where no title and no tag can begin a line. Everything else stands between
/// two lines of quotation marks, more of them than any value has in a row. Neither changes a character of the value.
struct ValueText {
    /// The line before and after a value of several lines: at least three quotation marks.
    let fence: String

    /// - Parameter longestQuotes: The most quotation marks in a row in all that is written.
    init(longestQuotes: Int) {
        fence = String(repeating: "\"", count: max(3, longestQuotes + 1))
    }

    /// `label = value`, over several lines where needed.
    func line(_ label: String, _ text: String, standsInline: Bool) -> String {
        if text.isEmpty { return "\(label) = \"\"" }
        return standsInline ? "\(label) = \(text)" : "\(label) =\n\(fence)\n\(text)\n\(fence)"
    }

    /// `label: text`, over several lines where needed: what was said about something, not a value.
    func remark(_ label: String, _ text: String, standsInline: Bool) -> String {
        standsInline ? "\(label): \(text)" : "\(label):\n\(fence)\n\(text)\n\(fence)"
    }

    func line(_ label: String, _ text: String) -> String {
        line(label, text, standsInline: TextMeasure(text).standsInline)
    }

    func remark(_ label: String, _ text: String) -> String {
        remark(label, text, standsInline: TextMeasure(text).standsInline)
    }

    /// What ``line(_:_:standsInline:)`` or ``remark(_:_:standsInline:)`` adds to label and text, with the end of the
    /// line, in quarters of a token.
    func frame(isRemark: Bool, isEmpty: Bool, standsInline: Bool) -> Int {
        let sign = isRemark ? 2 : 3
        if isEmpty { return sign + 3 }
        return standsInline ? sign + 1 : sign + 1 + 2 * (fence.utf8.count + 1)
    }

    // MARK: Values

    /// A value as the problem shows it: a text as it is, anything else as JSON, and a word for what JSON has none for.
    static func text(of value: Value) -> String {
        switch value {
        case .null: "null"
        case .number(let number) where !number.isFinite: "\(number)"
        case .bytes(let bytes): "\(grouped(bytes.count)) bytes that are no text"
        default: value.plainText
        }
    }

    /// A name that is free text, so that it cannot be taken for anything else: as it is where that is clear, else as
    /// JSON.
    static func name(_ name: String) -> String {
        if name.utf8.allSatisfy(isPlainByte), !name.isEmpty { return name }
        guard let first = name.unicodeScalars.first, !"#[( ".unicodeScalars.contains(first), name.utf8.last != 0x20
        else { return Value.text(name).json }
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && !"\"(=:,\u{85}\u{2028}\u{2029}".unicodeScalars.contains(scalar)
        }
        return isPlain ? name : Value.text(name).json
    }

    /// Whether a byte is an ASCII letter or digit, `_`, `.` or `-`.
    private static func isPlainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    // MARK: Numbers

    /// A count with commas between thousands.
    static func grouped(_ count: Int) -> String {
        var digits = String(count)
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
            place -= 3
        }
        return digits
    }

    /// `1 operation`, `37 operations`.
    static func counted(_ count: Int, _ one: String, _ many: String) -> String {
        "\(grouped(count)) \(count == 1 ? one : many)"
    }

    /// A score as people write it: at most three decimals.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        let rounded = (value * 1000).rounded() / 1000
        return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
    }
}
