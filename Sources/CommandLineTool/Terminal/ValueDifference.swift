import TraceGraph

/// A value, or the difference between two, as indented lines.
///
/// A text that was partly rewritten is shown once, `[-what is gone-]` and `{+what is new+}` marked, with long stretches
/// that stayed left out; a text with little in common with the old one is shown below it.
struct ValueDifference {
    let terminal: Terminal
    /// Whether nothing is left out.
    var isWhole = false

    private static let indent = "    "
    private static let shortLineCount = 3
    private static let shortPieceLength = 400
    /// Below this much in common, a text counts as another text.
    private static let leastLikeness = 0.4

    private var width: Int { max(20, terminal.width - Self.indent.count) }

    func lines(from old: Value, to new: Value) -> [String] {
        let words = WordDiff(from: text(of: old), to: text(of: new))
        guard words.likeness >= Self.leastLikeness else {
            return lines(of: old, mark: ("- ", .red)) + lines(of: new, mark: ("+ ", .green))
        }
        var folded = FoldedLines(width: width)
        for piece in isWhole ? words.pieces : words.shortened() {
            switch piece {
            case .kept(let text): folded.add(text.printable, nil)
            case .removed(let text): folded.add("[-\(shortened(text))-]", .red)
            case .added(let text): folded.add("{+\(shortened(text))+}", .green)
            case .omitted(let count): folded.add(" … \(Figures.count(count, "word")) … ", .faint)
            }
        }
        return folded.lines.map { line in
            Self.indent
                + line.map { segment in
                    segment.colour.map { terminal.paint(segment.text, $0) } ?? segment.text
                }.joined()
        }
    }

    /// - Parameter mark: What stands before each line, and in which colour.
    func lines(of value: Value, mark: (text: String, colour: Terminal.Colour)?) -> [String] {
        let all = text(of: value).printable.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let room = width - (mark?.text.count ?? 0)
        var lines = isWhole ? all : all.prefix(Self.shortLineCount).map { $0.oneLine(room) }
        let left = all.count - lines.count
        if left > 0 { lines.append("… \(Figures.count(left, "more line"))") }
        return lines.map { line in
            Self.indent + (mark.map { terminal.paint($0.text + line, $0.colour) } ?? line)
        }
    }

    private func text(of value: Value) -> String {
        switch value {
        case .text(let content): content
        case .list, .object: isWhole ? value.prettyJSON : value.json
        case .bytes(let content): "\(Figures.bytes(content.count)) of binary data"
        default: value.json
        }
    }

    private func shortened(_ text: String) -> String {
        let text = text.printable
        let count = text.count
        guard !isWhole, count > Self.shortPieceLength else { return text }
        let half = Self.shortPieceLength / 2
        return "\(text.prefix(half)) … \(Figures.grouped(count - 2 * half)) characters … \(text.suffix(half))"
    }
}

/// Pieces of text in styles, broken into lines of a width at white space.
private struct FoldedLines {
    typealias Segment = (text: String, colour: Terminal.Colour?)

    private(set) var lines: [[Segment]] = [[]]
    private let width: Int
    private var column = 0

    init(width: Int) { self.width = width }

    mutating func add(_ text: String, _ colour: Terminal.Colour?) {
        var word = ""
        var length = 0
        func isBreak(_ character: Character) -> Bool { character == " " || character == "\n" }
        for character in text {
            if isBreak(character) {
                put(word, length, colour)
                (word, length) = ("", 0)
                if character == "\n" { startLine() } else { put(" ", 1, colour) }
            } else {
                word.append(character)
                length += character.columns
            }
        }
        put(word, length, colour)
    }

    private mutating func put(_ word: String, _ length: Int, _ colour: Terminal.Colour?) {
        guard !word.isEmpty else { return }
        // What has no break is broken where the line ends.
        if length > width, word.count > 1 {
            var rest = Substring(word)
            while !rest.isEmpty {
                let piece = String(rest).beginning(max(2, width))
                let part = piece.isEmpty ? rest.prefix(1) : rest.prefix(piece.count)
                if column > 0 { startLine() }
                put(String(part), min(width, String(part).columns), colour)
                rest = rest.dropFirst(part.count)
            }
            return
        }
        if column > 0, column + length > width {
            startLine()
            // A space at which a line is broken is not wanted at the beginning of the next.
            if word == " " { return }
        }
        column += length
        if let last = lines[lines.count - 1].last, last.colour == colour {
            lines[lines.count - 1][lines[lines.count - 1].count - 1].text += word
        } else {
            lines[lines.count - 1].append((word, colour))
        }
    }

    private mutating func startLine() {
        lines.append([])
        column = 0
    }
}
