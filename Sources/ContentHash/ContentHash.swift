/// The SHA-256 digest of some content: 32 bytes, written as 64 hex digits.
public struct ContentHash: Sendable {
    /// How many bytes a digest has.
    static let size = 32

    // In place rather than in an array: digests are the keys of every cache.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// The digest of `content`, read as UTF-8.
    public init(of content: String) {
        var hasher = ContentHasher()
        hasher.add(content)
        self = hasher.hash
    }

    /// The digest of `content`.
    public init(of content: [UInt8]) {
        var hasher = ContentHasher()
        hasher.add(content)
        self = hasher.hash
    }

    /// A digest read back from storage; nil unless it has 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        self = bytes.withUnsafeBytes { Self(digest: $0) }
    }

    /// A digest written as 64 hex digits; nil for anything else.
    public init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == 2 * Self.size else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.nibble(digits[index]), let low = Self.nibble(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(bytes: bytes)
    }

    /// - Precondition: `digest` has ``size`` bytes.
    init(digest: UnsafeRawBufferPointer) {
        func word(_ place: Int) -> UInt64 {
            UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
        }
        (first, second, third, fourth) = (word(0), word(1), word(2), word(3))
    }

    /// The digest, 32 bytes.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, count in
            let buffer = UnsafeMutableRawBufferPointer(buffer)
            for (place, word) in [first, second, third, fourth].enumerated() {
                buffer.storeBytes(of: word.bigEndian, toByteOffset: place * 8, as: UInt64.self)
            }
            count = Self.size
        }
    }

    /// Calls `body` with the 32 bytes of the digest, which are there for as long as it runs.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let words = (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
        return try Swift.withUnsafeBytes(of: words, body)
    }

    /// The digest as 64 lower-case hex digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: 2 * Self.size) { digits in
            for (place, byte) in bytes.enumerated() {
                digits[2 * place] = Self.digit(byte >> 4)
                digits[2 * place + 1] = Self.digit(byte & 15)
            }
            return 2 * Self.size
        }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
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

extension ContentHash: Hashable {
    /// Any part of a digest is as evenly spread as the whole.
    public func hash(into hasher: inout Hasher) { hasher.combine(first) }
}

extension ContentHash: CustomStringConvertible {
    public var description: String { hex }
}
