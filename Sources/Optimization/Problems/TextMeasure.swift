/// What has to be known of a text before it is laid out, read in one pass.
struct TextMeasure {
    /// What it costs, in quarters of a token.
    private(set) var quarters = 0
    /// The most quotation marks in a row.
    private(set) var longestQuotes = 0
    /// Whether it can stand behind its label on one line and still be told from blanks and fences around it.
    private(set) var standsInline = true

    /// - Complexity: O(bytes of `text`).
    init(_ text: String) {
        var scan = Scan()
        let isRead: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
            for byte in bytes { scan.read(byte) }
        }
        if isRead == nil { for byte in text.utf8 { scan.read(byte) } }
        quarters = scan.quarters
        longestQuotes = max(scan.longest, scan.quotes)
        if let first = text.utf8.first, let last = text.utf8.last {
            standsInline =
                !scan.breaks && first != UInt8(ascii: "\"") && !Self.isBlank(first) && !Self.isBlank(last)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private struct Scan {
        var quarters = 0
        var longest = 0
        var quotes = 0
        /// Whether there is a line break or another control character.
        var breaks = false
        private var before: UInt8 = 0
        private var beforeThat: UInt8 = 0

        mutating func read(_ byte: UInt8) {
            quarters += TextTokens.quarters(forLead: byte)
            if byte == UInt8(ascii: "\"") {
                quotes += 1
            } else if quotes > 0 {
                longest = max(longest, quotes)
                quotes = 0
            }
            if byte < 0x20 {
                breaks = true
            } else if byte >= 0x80 {
                // U+0085, U+2028 and U+2029 break lines too.
                if byte == 0x85, before == 0xC2 { breaks = true }
                if byte == 0xA8 || byte == 0xA9, before == 0x80, beforeThat == 0xE2 { breaks = true }
            }
            beforeThat = before
            before = byte
        }
    }
}
