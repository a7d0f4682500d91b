extension String {
    /// The text with everything a terminal would obey, rather than show, made visible: control characters, escape
    /// sequences, and the marks that turn the reading direction. Line breaks and tabs stay.
    var printable: String {
        guard unicodeScalars.contains(where: Self.isObeyed) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if Self.isObeyed(scalar) {
                text +=
                    scalar.value < 0x20 ? String(Character(Unicode.Scalar(0x2400 + scalar.value) ?? "?")) : "\u{FFFD}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// The text on one line of at most `width` columns, cut with "…".
    ///
    /// - Complexity: O(`width`), however long the text is.
    func oneLine(_ width: Int) -> String {
        // A single character may be made of megabytes of combining marks.
        let most = max(0, width) * 8 + 8
        var line = ""
        for character in String(unicodeScalars.prefix(most)).printable {
            line.append(character.isNewline ? "⏎" : character == "\t" ? " " : character)
        }
        let isWhole = unicodeScalars.dropFirst(most).isEmpty
        if isWhole, line.columns <= width { return line }
        return line.beginning(max(0, width - 1)) + "…"
    }

    /// The text padded with spaces to `width` columns, never cut.
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - columns)) }

    /// The text moved right to `width` columns, never cut.
    func aligned(_ width: Int) -> String { String(repeating: " ", count: max(0, width - columns)) + self }
}
