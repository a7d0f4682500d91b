extension String {
    /// The text with what a reader's program would obey, rather than show, made visible: control characters, escape
    /// sequences, and the marks that turn the reading direction. Line breaks and tabs stay.
    public var withoutControls: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return self }
        var text = ""
        text.unicodeScalars.reserveCapacity(unicodeScalars.count)
        for scalar in unicodeScalars {
            guard Self.isControl(scalar) else {
                text.unicodeScalars.append(scalar)
                continue
            }
            let shown = scalar.value < 0x20 ? Unicode.Scalar(0x2400 + scalar.value) : nil
            text.unicodeScalars.append(shown ?? "\u{FFFD}")
        }
        return text
    }

    /// The text as the content of an element or an attribute of XML and HTML: nothing in it is markup, and nothing in it
    /// is a character that those forbid.
    public var escapedForXML: String {
        var text = ""
        text.reserveCapacity(utf8.count)
        for scalar in withoutControls.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// The text on one line of at most `width` characters, cut with "…".
    ///
    /// - Complexity: O(`width`), however long the text is.
    public func onOneLine(_ width: Int) -> String {
        var line = ""
        var count = 0
        // A single character may be made of megabytes of combining marks.
        for character in String(unicodeScalars.prefix(width * 8)).withoutControls {
            if count == width { return String(line.dropLast()) + "…" }
            line.append(character.isNewline ? "⏎" : character == "\t" ? " " : character)
            count += 1
        }
        return unicodeScalars.dropFirst(width * 8).isEmpty ? line : line + "…"
    }

    /// The beginning of the text and how many characters are left out; nothing is when it is short enough.
    ///
    /// - Complexity: O(length), by bytes.
    public func cut(toBytes limit: Int) -> (text: String, omittedBytes: Int) {
        guard utf8.count > limit else { return (self, 0) }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > utf8.startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        let head = String(self[..<end])
        return (head, utf8.count - head.utf8.count)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
