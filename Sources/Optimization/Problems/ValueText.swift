import TraceGraph

/// Writes values so that none can be taken for anything else in the problem, whatever it contains.
///
/// A text on one line stands behind ` = `, where no title and no tag can begin a line. Everything else stands between
/// two lines of quotation marks, more of them than any value has in a row. Neither changes a character of the value.
struct ValueText {
    /// The line before and after a value of several lines: at least three quotation marks.
    let fence: String

    init(over texts: some Sequence<String>) {
        var longest = 2
        for text in texts { longest = max(longest, Self.longestRun(in: text)) }
        fence = String(repeating: "\"", count: longest + 1)
    }

    /// `label = value`, over several lines where needed.
    func line(_ label: String, _ text: String) -> String {
        Self.standsInline(text) ? "\(label) = \(text)" : "\(label) =\n\(fence)\n\(text)\n\(fence)"
    }

    /// `label: text`, over several lines where needed: what was said about something, not a value.
    func remark(_ label: String, _ text: String) -> String {
        Self.standsInline(text) ? "\(label): \(text)" : "\(label):\n\(fence)\n\(text)\n\(fence)"
    }

    /// Whether the text can stand behind its label and still be told from blanks around it.
    static func standsInline(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        guard !isBlank(first), !isBlank(last), first != UInt8(ascii: "\"") else { return false }
        return !text.unicodeScalars.contains { scalar in
            scalar.value < 0x20 || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}"
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func longestRun(in text: String) -> Int {
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "\"") ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }

    /// `text` with its middle left out, so that the rest costs about `quarters` quarters of a token, and with a mark
    /// that says how much is missing: `… 4,812 characters left out …`.
    ///
    /// Three quarters of what stays is the beginning, one the end: a failure's last lines matter.
    ///
    /// - Complexity: O(bytes of `text`).
    static func cut(_ text: String, to quarters: Int) -> (text: String, leftOut: Int) {
        guard TextTokens.quarters(of: text) > quarters else { return (text, 0) }
        // The mark itself: three characters of three bytes and about thirty others.
        let room = max(0, quarters - 48)
        var head = text.startIndex
        var spent = 0
        while head < text.endIndex {
            spent += TextTokens.quarters(of: text[head])
            if spent > room * 3 / 4 { break }
            head = text.index(after: head)
        }
        var tail = text.endIndex
        spent = 0
        while tail > head {
            let before = text.index(before: tail)
            spent += TextTokens.quarters(of: text[before])
            if spent > room / 4 { break }
            tail = before
        }
        let leftOut = text[head..<tail].unicodeScalars.count
        guard leftOut > 0 else { return (text, 0) }
        return ("\(text[..<head])… \(grouped(leftOut)) characters left out …\(text[tail...])", leftOut)
    }

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

    /// A score as people write it: at most three decimals.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        let rounded = (value * 1000).rounded() / 1000
        return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
    }
}
