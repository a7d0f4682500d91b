import TraceGraph

/// Values as they are written into a workflow file.
enum YAMLWriting {
    /// A text of several lines as a block where that keeps every character, anything else on one line.
    ///
    /// - Parameter indent: That of the block's lines.
    static func scalar(_ value: Value, indent: String) -> String {
        guard let text = value.text, text.contains("\n") else { return flow(value) }
        let body = text.hasSuffix("\n") ? String(text.dropLast()) : text
        let rows = body.split(separator: "\n", omittingEmptySubsequences: false)
        let isSafe =
            rows.first.map { !$0.isEmpty && $0.first != " " } == true && rows.last?.isEmpty == false
            && !text.unicodeScalars.contains { $0 != "\n" && !isPrintable($0) }
        guard isSafe else { return flow(value) }
        return (text.hasSuffix("\n") ? "|" : "|-")
            + rows.map { $0.isEmpty ? "\n" : "\n\(indent)\(escaped(String($0)))" }.joined()
    }

    /// On one line: JSON is YAML.
    static func flow(_ value: Value) -> String {
        var text = String.UnicodeScalarView()
        for scalar in escaped(value.json).unicodeScalars {
            if isPrintable(scalar) {
                text.append(scalar)
            } else {
                let digits = String(scalar.value, radix: 16)
                text += ("\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits).unicodeScalars
            }
        }
        return String(text)
    }

    /// Whether YAML takes the character as it is, and as no line break.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// A word as it is, anything else in quotes.
    static func quoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789_./-".unicodeScalars.contains(scalar))
        }
        let isWord = text.unicodeScalars.first.map { $0.properties.isAlphabetic || $0 == "/" } ?? false
        return isPlain && isWord && !["true", "false", "null"].contains(text) ? text : flow(.text(text))
    }

    /// `${` stands for a variable in a workflow file.
    private static func escaped(_ text: String) -> String { text.replacing("${", with: "$${") }
}
