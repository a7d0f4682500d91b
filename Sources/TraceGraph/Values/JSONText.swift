/// The texts of JSON, as bytes.
enum JSONText {
    /// Where the first byte at `start` or behind it is that a JSON text cannot hold as it is: a control character, `"` or
    /// `\`; the end when there is none.
    ///
    /// Eight bytes at a time, by the test for a zero byte of Mycroft: prompts are long and hold few of these.
    static func plainEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var place = start
        let raw = UnsafeRawBufferPointer(bytes)
        while place + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let control = (word &- 0x2020_2020_2020_2020) & ~word
            let quote = zeros(word ^ 0x2222_2222_2222_2222)
            let backslash = zeros(word ^ 0x5C5C_5C5C_5C5C_5C5C)
            let found = (control | quote | backslash) & 0x8080_8080_8080_8080
            if found != 0 { break }
            place += 8
        }
        while place < bytes.count, isPlain(bytes[place]) { place += 1 }
        return place
    }

    /// High bits where a byte of `word` is 0; above the first such byte there may be others.
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- 0x0101_0101_0101_0101) & ~word }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
