extension Character {
    /// How many columns of a terminal it takes: 2 for wide characters and pictures, 0 for marks without a place of
    /// their own (Unicode, UAX #11).
    var columns: Int {
        if let value = asciiValue { return value < 0x20 && value != 0x09 ? 0 : 1 }
        guard let first = unicodeScalars.first else { return 0 }
        // A sign that is asked to be shown as a picture.
        if unicodeScalars.dropFirst().contains("\u{FE0F}") || first.properties.isEmojiPresentation { return 2 }
        if Self.wide.contains(where: { $0.contains(first.value) }) { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
        0x20000...0x3FFFD,
    ]
}

extension String {
    /// How many columns of a terminal the text takes on one line.
    var columns: Int {
        var sum = 0
        for character in self { sum += character.columns }
        return sum
    }

    /// The beginning of the text that takes at most `width` columns.
    func beginning(_ width: Int) -> Substring {
        var sum = 0
        var end = startIndex
        while end < endIndex {
            sum += self[end].columns
            if sum > width { break }
            formIndex(after: &end)
        }
        return self[..<end]
    }

    /// The text in lines of at most `width` columns, broken at blanks; what follows a break begins with `indent`.
    func folded(_ width: Int, indent: String) -> String {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.contains(where: { $0 != " " }), line.columns + 1 + String(word).columns > width {
                lines.append(line)
                line = indent + word
            } else {
                line += (line.isEmpty && lines.isEmpty && word.startIndex == startIndex ? "" : " ") + word
            }
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
