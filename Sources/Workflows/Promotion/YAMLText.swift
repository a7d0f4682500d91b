import TraceGraph

/// The text of a YAML file, in which single values can be replaced without touching anything else.
struct YAMLText {
    private var characters: [Character]

    init(_ text: String) { characters = Array(text) }

    var text: String { String(characters) }

    /// Puts `value` in the place of the value that starts at the 1-based `line` and `column`; false when there is none.
    ///
    /// Comments, order and layout of everything else stay as they are.
    mutating func replaceValue(line: Int, column: Int, with value: Value) -> Bool {
        guard let start = offset(line: line, column: column) else { return false }
        let end = end(ofValueAt: start)
        let isBlock = characters[start] == "|" || characters[start] == ">"
        let flow = isInFlow(start)
        let indent = indentation(ofLineAt: start)
        var written = Array(Self.spelling(of: value, indent: indent + 2, allowsBlock: !flow))
        if isBlock, written.last != "\n" { written.append("\n") }
        if !isBlock, written.last == "\n" { written.removeLast() }
        characters.replaceSubrange(start..<end, with: written)
        return true
    }

    /// Texts of several lines as literal blocks where that is possible, everything else as JSON, which YAML contains.
    private static func spelling(of value: Value, indent: Int, allowsBlock: Bool) -> String {
        guard case .text(let text) = value, allowsBlock, text.contains("\n"), isBlockText(text) else {
            return value.json
        }
        let keep = text.hasSuffix("\n\n") ? "+" : text.hasSuffix("\n") ? "" : "-"
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if text.hasSuffix("\n") { lines.removeLast() }
        let space = String(repeating: " ", count: indent)
        return "|\(keep)\n" + lines.map { $0.isEmpty ? "" : space + $0 }.joined(separator: "\n") + "\n"
    }

    /// A literal block cannot begin with a space and cannot hold control characters.
    private static func isBlockText(_ text: String) -> Bool {
        guard let first = text.first, first != " ", first != "\n" else { return false }
        return text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7F) }
    }

    private func offset(line: Int, column: Int) -> Int? {
        var row = 1
        var start = 0
        while row < line {
            guard let end = characters[start...].firstIndex(where: \.isNewline) else { return nil }
            start = end + 1
            row += 1
        }
        let offset = start + column - 1
        return offset < characters.count ? offset : nil
    }

    private func lineStart(_ offset: Int) -> Int {
        characters[..<offset].lastIndex(where: \.isNewline).map { $0 + 1 } ?? 0
    }

    private func indentation(ofLineAt offset: Int) -> Int {
        characters[lineStart(offset)...].prefix { $0 == " " }.count
    }

    /// Whether an open bracket or brace stands before the place on its own line.
    private func isInFlow(_ offset: Int) -> Bool {
        var depth = 0
        var quote: Character?
        for character in characters[lineStart(offset)..<offset] {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "{" || character == "[" {
                depth += 1
            } else if character == "}" || character == "]" {
                depth -= 1
            }
        }
        return depth > 0
    }

    private func end(ofValueAt start: Int) -> Int {
        switch characters[start] {
        case "\"", "'": return endOfQuoted(start)
        case "[", "{": return endOfBrackets(start)
        case "|", ">": return endOfBlock(start)
        default: return endOfPlain(start)
        }
    }

    private func endOfQuoted(_ start: Int) -> Int {
        let quote = characters[start]
        var place = start + 1
        while place < characters.count {
            if quote == "\"", characters[place] == "\\" {
                place += 2
                continue
            }
            if characters[place] == quote {
                guard quote == "'", place + 1 < characters.count, characters[place + 1] == "'" else { return place + 1 }
                place += 1
            }
            place += 1
        }
        return characters.count
    }

    private func endOfBrackets(_ start: Int) -> Int {
        var depth = 0
        var place = start
        while place < characters.count {
            switch characters[place] {
            case "\"", "'":
                place = endOfQuoted(place)
                continue
            case "[", "{": depth += 1
            case "]", "}":
                depth -= 1
                if depth == 0 { return place + 1 }
            default: break
            }
            place += 1
        }
        return characters.count
    }

    private func endOfBlock(_ start: Int) -> Int {
        let indent = indentation(ofLineAt: start)
        var place = characters[start...].firstIndex(where: \.isNewline).map { $0 + 1 } ?? characters.count
        var end = place
        while place < characters.count {
            let lineEnd = characters[place...].firstIndex(where: \.isNewline) ?? characters.count
            let line = characters[place..<lineEnd]
            let isBlank = line.allSatisfy { $0 == " " }
            guard isBlank || line.prefix(while: { $0 == " " }).count > indent else { break }
            place = min(lineEnd + 1, characters.count)
            if !isBlank { end = place }
        }
        return end
    }

    private func endOfPlain(_ start: Int) -> Int {
        let flow = isInFlow(start)
        var place = start
        while place < characters.count, !characters[place].isNewline {
            if flow, [",", "}", "]"].contains(characters[place]) { break }
            if characters[place] == "#", place > start, characters[place - 1] == " " { break }
            place += 1
        }
        while place > start, characters[place - 1] == " " { place -= 1 }
        return place
    }
}
