import TraceGraph

extension ValueText {
    /// What a mark for left-out characters costs at most, in quarters of a token.
    private static let markRoom = 48

    /// `text` with its middle left out, so that the rest costs about `quarters` quarters of a token, and with a mark
    /// that says how much is missing: `… 4,812 characters left out …`. Characters are Unicode scalars.
    ///
    /// Three quarters of what stays is the beginning, one the end: a failure's last lines matter. Where a line is
    /// pointed at, as failures of code do, it stays with its surroundings instead of the end.
    ///
    /// - Parameter pointsAtLine: Whether the text may be a failure that shows its source with one line marked `> 12 |`.
    /// - Complexity: O(bytes of `text`).
    static func cut(_ text: String, to quarters: Int, pointsAtLine: Bool = false) -> (text: String, leftOut: Int) {
        guard TextTokens.quarters(of: text) > quarters else { return (text, 0) }
        if pointsAtLine, let line = markedLine(in: text), let cut = cut(text, to: quarters, around: line) { return cut }
        let room = max(0, quarters - markRoom)
        let head = end(of: text[...], room: room * 3 / 4)
        let tail = start(of: text[head...], room: room / 4)
        let leftOut = text[head..<tail].unicodeScalars.count
        guard leftOut > 0 else { return (text, 0) }
        return ("\(text[..<head])\(mark(leftOut))\(text[tail...])", leftOut)
    }

    private static func mark(_ count: Int) -> String { "… \(grouped(count)) characters left out …" }

    /// The first mark of something left out that `text` holds: a model that copies what it was shown copies it too.
    ///
    /// - Complexity: O(bytes of `text`).
    static func mark(in text: String) -> String? {
        let words = " characters left out …"
        var rest = text[...]
        while let end = rest.firstRange(of: words) {
            let head = rest[..<end.lowerBound]
            let digits = head.reversed().prefix { $0.isNumber || $0 == "," }.count
            if digits > 0, head.dropLast(digits).hasSuffix("… ") {
                return "… \(head.suffix(digits))\(words)"
            }
            rest = rest[end.upperBound...]
        }
        return nil
    }

    /// The beginning of `text` and whole lines around `line`, with two marks; nil when there is no room for them.
    private static func cut(
        _ text: String, to quarters: Int, around line: Range<String.Index>
    ) -> (text: String, leftOut: Int)? {
        let room = quarters - 2 * (markRoom + 1)
        var spent = TextTokens.quarters(of: text[line]) + 1
        guard spent <= room / 2 else { return nil }
        var window = line
        while true {
            let above = text[..<window.lowerBound].dropLast()
            let start = above.lastIndex(where: \.isNewline).map(text.index(after:)) ?? text.startIndex
            let below = text[window.upperBound...].dropFirst()
            let end = below.firstIndex(where: \.isNewline) ?? text.endIndex
            let cost = TextTokens.quarters(of: text[start..<window.lowerBound])
            let costBelow = TextTokens.quarters(of: text[window.upperBound..<end])
            let growsUp = start < window.lowerBound && spent + cost <= room * 3 / 4
            if growsUp {
                spent += cost
                window = start..<window.upperBound
            }
            let growsDown = end > window.upperBound && spent + costBelow <= room * 3 / 4
            if growsDown {
                spent += costBelow
                window = window.lowerBound..<end
            }
            guard growsUp || growsDown else { break }
        }
        let head = end(of: text[..<window.lowerBound], room: room - spent)
        let before = text[head..<window.lowerBound].unicodeScalars.count
        let after = text[window.upperBound...].unicodeScalars.count
        guard before + after > 0 else { return (text, 0) }
        var cut = String(text[..<head])
        if before > 0 { cut += mark(before) + "\n" }
        cut += text[window]
        if after > 0 { cut += "\n" + mark(after) }
        return (cut, before + after)
    }

    /// The first line that begins with `> 12 |`, with blanks before the number.
    private static func markedLine(in text: String) -> Range<String.Index>? {
        for line in text.split(whereSeparator: \.isNewline) where line.utf8.first == UInt8(ascii: ">") {
            let number = line.utf8.dropFirst().drop { $0 == UInt8(ascii: " ") }
            let rest = number.drop { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            if rest.startIndex > number.startIndex, rest.starts(with: " |".utf8) {
                return line.startIndex..<line.endIndex
            }
        }
        return nil
    }

    /// Where the beginning of `text` that costs at most `room` ends.
    private static func end(of text: Substring, room: Int) -> String.Index {
        var end = text.startIndex
        var spent = 0
        while end < text.endIndex {
            spent += TextTokens.quarters(of: text[end])
            if spent > room { break }
            text.formIndex(after: &end)
        }
        return end
    }

    /// Where the end of `text` that costs at most `room` starts.
    private static func start(of text: Substring, room: Int) -> String.Index {
        var start = text.endIndex
        var spent = 0
        while start > text.startIndex {
            let before = text.index(before: start)
            spent += TextTokens.quarters(of: text[before])
            if spent > room { break }
            start = before
        }
        return start
    }
}
