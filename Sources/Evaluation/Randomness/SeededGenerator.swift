/// A random generator whose whole sequence is decided by its seed, today and after a restart.
///
/// xoshiro256** (Blackman and Vigna 2021) with its four words filled by splitmix64. The same seed gives the same bits
/// on every platform, and every drawing method of this type is defined here, so that no result depends on how the
/// standard library happens to shuffle.
///
/// Use one ``stream(_:)`` per purpose: then drawing more often for one purpose does not change the others.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable {
    /// What the generator was made from; streams depend on it and not on how much has been drawn.
    public let seed: UInt64
    private var words: (UInt64, UInt64, UInt64, UInt64)

    public init(seed: UInt64) {
        self.seed = seed
        var state = seed
        words = (
            Self.splitmix(&state), Self.splitmix(&state), Self.splitmix(&state), Self.splitmix(&state)
        )
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        let result = Self.rotate(words.1 &* 5, by: 7) &* 9
        let shifted = words.1 << 17
        words.2 ^= words.0
        words.3 ^= words.1
        words.1 ^= words.2
        words.0 ^= words.3
        words.2 ^= shifted
        words.3 = Self.rotate(words.3, by: 45)
        return result
    }

    /// An independent generator for one purpose, decided by this generator's seed and the name alone.
    ///
    /// Streams nest: `generator.stream("step 3").stream("minibatch")`.
    public func stream(_ name: String) -> SeededGenerator {
        // FNV-1a over the name, mixed with the seed once more so that similar names lie far apart.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var state = seed
        state = Self.splitmix(&state) ^ hash
        return SeededGenerator(seed: Self.splitmix(&state))
    }

    private static func rotate(_ word: UInt64, by count: UInt64) -> UInt64 {
        word << count | word >> (64 - count)
    }

    private static func splitmix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

extension SeededGenerator {
    /// Everything needed to go on exactly here: seed and words, 80 hex digits.
    public var state: String {
        [seed, words.0, words.1, words.2, words.3]
            .map { word in
                let digits = String(word, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }
            .joined()
    }

    /// A generator that goes on where the one with this ``state-swift.property`` stood; nil for any other text.
    public init?(state: String) {
        let digits = Array(state.utf8)
        guard digits.count == 80 else { return nil }
        var parsed: [UInt64] = []
        for start in stride(from: 0, to: 80, by: 16) {
            let text = String(decoding: digits[start..<start + 16], as: UTF8.self)
            guard text.first != "+", let word = UInt64(text, radix: 16) else { return nil }
            parsed.append(word)
        }
        seed = parsed[0]
        words = (parsed[1], parsed[2], parsed[3], parsed[4])
        // All zeros is the one state the generator can never leave, and no seed leads to it.
        guard words != (0, 0, 0, 0) else { return nil }
    }

    public static func == (a: SeededGenerator, b: SeededGenerator) -> Bool {
        a.seed == b.seed && a.words == b.words
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(seed)
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

/// Inside other encodings a generator is the text of its state: no reader of JSON rounds 64-bit words that way.
extension SeededGenerator: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let generator = SeededGenerator(state: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not the state of a generator: expected 80 hex digits")
        }
        self = generator
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(state)
    }
}
