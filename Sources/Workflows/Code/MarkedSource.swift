/// A source text with line numbers and one line pointed at, as failures show it to people and models:
///
///       2 | def normalise(reply):
///     > 3 |     return reply[0]
enum MarkedSource {
    /// Sources up to this many lines are shown whole.
    static let wholeLimit = 120
    /// Lines shown before and after the failing one in longer sources.
    static let surroundings = 20

    /// - Complexity: O(length of `source`).
    static func rendering(of source: String, line: Int) -> String? {
        var lines = source.split(omittingEmptySubsequences: false) { $0.isNewline }
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        // A text that ends too early is reported one line past its end.
        let line = min(line, lines.count)
        guard line >= 1 else { return nil }
        let shown =
            lines.count <= wholeLimit
            ? 1...lines.count : max(1, line - surroundings)...min(lines.count, line + surroundings)
        let width = String(shown.upperBound).count
        var text: [String] = []
        if shown.lowerBound > 1 { text.append("  … \(shown.lowerBound - 1) lines before") }
        for number in shown {
            let digits = String(number)
            let padding = String(repeating: " ", count: width - digits.count)
            let content = lines[number - 1]
            text.append("\(number == line ? ">" : " ") \(padding)\(digits) |\(content.isEmpty ? "" : " ")\(content)")
        }
        if shown.upperBound < lines.count { text.append("  … \(lines.count - shown.upperBound) lines after") }
        return text.joined(separator: "\n")
    }
}
