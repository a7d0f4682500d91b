/// How many tokens a text is likely to cost, without any model's own tokenizer.
///
/// Four ASCII characters a token, two of other alphabets (Latin with marks, Greek, Cyrillic, Hebrew, Arabic), one token
/// for each character of the scripts that UTF-8 spells in three bytes (Chinese, Japanese, Korean, Indic), two for those
/// of four bytes (emoji). Within about a fifth for prose in common tokenizers; source code and digits cost up to half as
/// much again.
public enum TextTokens {
    /// The estimate for `text`, rounded up.
    ///
    /// - Complexity: O(bytes of `text`).
    public static func estimate(of text: String) -> Int {
        (quarters(of: text) + 3) / 4
    }

    /// The estimate in quarters of a token, which add up without rounding.
    static func quarters(of text: some StringProtocol) -> Int {
        let counted = text.utf8.withContiguousStorageIfAvailable { bytes in
            var sum = 0
            for byte in bytes { sum += quarters(forLead: byte) }
            return sum
        }
        return counted ?? text.utf8.reduce(0) { $0 + quarters(forLead: $1) }
    }

    static func quarters(of character: Character) -> Int {
        character.utf8.reduce(0) { $0 + quarters(forLead: $1) }
    }

    static func quarters(forLead byte: UInt8) -> Int {
        switch byte {
        case 0..<0x80: 1
        case 0x80..<0xC0: 0
        case 0xC0..<0xE0: 2
        case 0xE0..<0xF0: 4
        default: 8
        }
    }
}
