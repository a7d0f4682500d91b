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
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// The text on one line of at most `width` characters, cut with "…".
    func oneLine(_ width: Int) -> String {
        var line = ""
        var count = 0
        for character in printable {
            if count == width {
                return String(line.dropLast()) + "…"
            }
            line.append(character.isNewline ? "⏎" : character == "\t" ? " " : character)
            count += 1
        }
        return line
    }

    /// The text padded with spaces to `width` characters, never cut.
    func padded(_ width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }

    /// The text moved right to `width` characters, never cut.
    func aligned(_ width: Int) -> String {
        count >= width ? self : String(repeating: " ", count: width - count) + self
    }
}
