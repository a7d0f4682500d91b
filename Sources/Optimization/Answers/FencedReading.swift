import TraceGraph

/// Reads source code that stands in a block between lines of backticks, with words around it.
///
/// Of several whole blocks the last counts that defines the function which is asked for; where none does, the last one. A
/// block that is labelled as JSON holds an answer in that form and is left to its reading.
enum FencedReading {
    /// - Parameter variable: The one code parameter that is asked about.
    /// - Complexity: O(bytes of `text`).
    static func read(_ text: String, of variable: ParameterDefinition) -> AnswerReading {
        var reading = AnswerReading()
        var before: [Substring] = []
        var blocks: [String] = []
        var open: (fence: Substring, isCode: Bool, lines: [Substring])?
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let bare = Substring(String(line).trimmed)
            let marks = bare.prefix { $0 == "`" }
            if var block = open {
                if marks.count >= block.fence.count, marks.count == bare.count {
                    let source = block.lines.joined(separator: "\n")
                    if block.isCode, !isAnswer(source) { blocks.append(source) }
                    open = nil
                } else {
                    block.lines.append(line)
                    open = block
                }
            } else if marks.count >= 3, !bare.dropFirst(marks.count).contains("`") {
                let label = String(bare.dropFirst(marks.count)).trimmed.lowercased()
                open = (marks, label != "json" || variable.constraint.language == "json", [])
            } else if blocks.isEmpty {
                before.append(line)
            }
        }
        if open?.isCode == true {
            reading.isTruncated = true
            reading.remarks.append("the block of source has no end and was not taken")
        }
        guard let source = blocks.last(where: { defines(variable, $0) }) ?? blocks.last else { return reading }
        reading.reasoning = before.joined(separator: "\n").trimmed
        reading.pairs = [(variable.name, .text(source))]
        return reading
    }

    /// Whether a block holds an answer in JSON without saying so.
    private static func isAnswer(_ block: String) -> Bool {
        block.trimmed.hasPrefix("{") && block.contains("\"suggestion\"")
    }

    /// Whether a line of `source` begins a definition of the function that `variable` has to define, in any language: a word
    /// or more, the name, an opening parenthesis.
    private static func defines(_ variable: ParameterDefinition, _ source: String) -> Bool {
        guard let entry = variable.constraint.entry else { return false }
        let call = entry.prefix { $0.isLetter || $0.isNumber || $0 == "_" } + "("
        return source.split(whereSeparator: \.isNewline).contains { line in
            guard let place = line.firstRange(of: call) else { return false }
            let head = line.prefix(upTo: place.lowerBound)
            return head.last?.isWhitespace == true && head.allSatisfy { $0.isLetter || $0.isWhitespace }
        }
    }
}
