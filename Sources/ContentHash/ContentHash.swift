import CCrypto

/// The SHA-256 digest of some content: 32 bytes, compared and sorted as such, written as 64 hex digits.
public struct ContentHash: Hashable, Sendable {
    /// The digest, 32 bytes.
    public let bytes: [UInt8]

    /// The digest of `content`, read as UTF-8.
    public init(of content: String) {
        var content = content
        self.bytes = content.withUTF8 { Self.digest(UnsafeRawBufferPointer($0)) }
    }

    /// The digest of `content`.
    public init(of content: [UInt8]) {
        self.bytes = content.withUnsafeBytes(Self.digest)
    }

    /// A digest read back from storage; nil unless it has 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// A digest written as 64 hex digits; nil for anything else.
    public init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.nibble(digits[index]), let low = Self.nibble(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// The digest as 64 lower-case hex digits.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digest(_ content: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            let bytes = content.bindMemory(to: UInt8.self)
            _ = SHA256(bytes.baseAddress, bytes.count, buffer.baseAddress)
            count = 32
        }
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension ContentHash: CustomStringConvertible {
    public var description: String { hex }
}
