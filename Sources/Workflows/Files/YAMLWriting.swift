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
            && !text.unicodeScalars.contains {
                $0 != "\n" && ($0.value < 0x20 || $0.value == 0x7F || $0.value == 0xFEFF)
            }
            && !text.contains("\u{2028}") && !text.contains("\u{85}") && !text.contains("\u{2029}")
        guard isSafe else { return flow(value) }
        return (text.hasSuffix("\n") ? "|" : "|-")
            + rows.map { $0.isEmpty ? "\n" : "\n\(indent)\(escaped(String($0)))" }.joined()
    }

    /// On one line: JSON is YAML.
    static func flow(_ value: Value) -> String { escaped(value.json) }

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
