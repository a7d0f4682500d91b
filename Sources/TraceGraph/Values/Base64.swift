/// Base 64 with padding (RFC 4648, section 4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word: UInt32 = 0
            for byte in group { word = word << 8 | UInt32(byte) }
            word <<= 8 * UInt32(3 - group.count)
            for digit in 0..<4 {
                let isPadding = digit > group.count
                text.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(word >> (18 - 6 * UInt32(digit)) & 63)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for anything that is not exactly what ``encode(_:)`` writes.
    static func decode(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 4) {
            var word: UInt32 = 0
            var padding = 0
            for digit in digits[start..<start + 4] {
                if digit == UInt8(ascii: "=") {
                    padding += 1
                    word <<= 6
                } else {
                    guard padding == 0, let place = alphabet.firstIndex(of: digit) else { return nil }
                    word = word << 6 | UInt32(place)
                }
            }
            guard padding <= 2, padding == 0 || start + 4 == digits.count else { return nil }
            for place in 0..<(3 - padding) { bytes.append(UInt8(truncatingIfNeeded: word >> (16 - 8 * UInt32(place)))) }
        }
        return encode(bytes) == text ? bytes : nil
    }
}
