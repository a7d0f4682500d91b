import TraceGraph

/// Reads variables written the way the problem prints them: `(text) instruction = …`, also with `:` and with Markdown
/// around the name. Only names that are known count, and only values whose end is clear: one paragraph, or all that
/// stands between two fences.
enum AssignmentReading {
    /// - Complexity: O(bytes of `text`).
    static func read(_ text: String, names: [String]) -> AnswerReading {
        let known = Dictionary(names.map { ($0.lowercased(), $0) }) { first, _ in first }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var reading = AnswerReading()
        var index = 0
        while index < lines.count {
            guard let (name, rest) = head(of: lines[index], known: known) else {
                index += 1
                continue
            }
            index += 1
            let opening = rest.isEmpty && index < lines.count ? String(lines[index]).trimmed : rest
            if let fence = fence(opening) {
                let start = rest.isEmpty ? index + 1 : index
                guard let end = lines[min(start, lines.count)...].firstIndex(where: { String($0).trimmed == fence })
                else {
                    reading.isTruncated = true
                    reading.remarks.append("the value of '\(name)' has no end and was not taken")
                    break
                }
                reading.pairs.append((name, .text(lines[start..<end].joined(separator: "\n"))))
                index = end + 1
                continue
            }
            var value = rest.isEmpty ? [] : [rest]
            while index < lines.count, !lines[index].allSatisfy(\.isWhitespace),
                head(of: lines[index], known: known) == nil
            {
                value.append(String(lines[index]))
                index += 1
            }
            while index < lines.count, lines[index].allSatisfy(\.isWhitespace) { index += 1 }
            let isLast =
                index == lines.count || head(of: lines[index], known: known) != nil
                || AnswerDialect.isStopWord(lines[index...].prefix(3).joined(separator: "\n"))
            guard isLast else {
                reading.remarks.append("where the value of '\(name)' ends is not clear")
                continue
            }
            if !value.isEmpty { reading.pairs.append((name, .text(value.joined(separator: "\n")))) }
        }
        return reading
    }

    /// The known name that `line` sets, and what follows the sign.
    private static func head(of line: Substring, known: [String: String]) -> (name: String, rest: String)? {
        var line = line
        func skip(_ signs: String) {
            while let first = line.first, first.isWhitespace || signs.contains(first) { line.removeFirst() }
        }
        skip("-*#`>")
        if line.first == "(" {
            guard let close = line.prefix(40).firstIndex(of: ")") else { return nil }
            line = line[line.index(after: close)...]
            skip("*`")
        }
        let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
        guard !name.isEmpty, name.utf8.count < 200, let exact = known[name.lowercased()] else { return nil }
        line = line[name.endIndex...]
        skip("*`")
        guard let sign = line.first, sign == "=" || sign == ":" else { return nil }
        line.removeFirst()
        if line.hasPrefix("**") { line.removeFirst(2) }
        return (exact, String(line).trimmed)
    }

    /// The line that ends a value which `opening` begins: as many quotation marks or backticks.
    private static func fence(_ opening: String) -> String? {
        for sign in ["\"", "`"] {
            let marks = opening.prefix { String($0) == sign }
            if marks.count >= 3, sign == "`" || marks.count == opening.count { return String(marks) }
        }
        return nil
    }
}
