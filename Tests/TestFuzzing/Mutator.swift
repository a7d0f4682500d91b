/// Makes inputs that nobody has thought of out of some that are sound: the same ones each time for the same seed.
///
/// Each mutation is what files, networks and models really do to a text: parts lost, doubled, swapped, nested too deep,
/// bytes that are no text, numbers beyond reason, and pieces of the language where they do not belong.
public struct Mutator: Sendable {
    /// The sound inputs.
    public let corpus: [[UInt8]]
    /// Words of the language that is read.
    public let words: [[UInt8]]
    private var state: UInt64

    public init(corpus: [String], words: [String], seed: UInt64) {
        self.corpus = corpus.map { Array($0.utf8) }
        self.words = (words + Self.strange).map { Array($0.utf8) } + Self.noText
        self.state = seed
    }

    /// For inputs that are no text.
    public init(bytes corpus: [[UInt8]], words: [[UInt8]] = [], seed: UInt64) {
        self.corpus = corpus
        self.words = words + Self.strange.map { Array($0.utf8) } + Self.noText
        self.state = seed
    }

    /// Numbers and characters that many readers stumble over.
    private static let strange = [
        "0", "-0", "-1", "1e999", "-1e308", "9223372036854775807", "-9223372036854775808", "18446744073709551616",
        "NaN",
        "Infinity", "0x10", "1_000", "\u{0}", "\u{FEFF}", "\u{202E}", "\u{1F468}\u{200D}\u{1F469}", "e\u{301}",
        "\u{2028}",
        "\r", "\r\n", "\n\n", "\t", " ", "\u{A0}", "\"", "'", "\\", "\\u0000", "\\ud800", "null", "true", "~", "",
    ]

    /// What is not UTF-8: a lone continuation, an overlong slash, a surrogate, beyond the last scalar, a start alone.
    private static let noText: [[UInt8]] = [
        [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF],
    ]

    /// The next number (SplitMix64, Steele et al. 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `count`; 0 where there is none.
    public mutating func below(_ count: Int) -> Int { count > 0 ? Int(next() % UInt64(count)) : 0 }

    /// One of the corpus after one to six mutations, or, now and then, noise of the language's words.
    public mutating func input() -> [UInt8] {
        if below(20) == 0 { return (0..<below(60)).reduce(into: []) { text, _ in text += word() } }
        var text = corpus.isEmpty ? [] : corpus[below(corpus.count)]
        for _ in 0...below(6) { mutate(&text) }
        return text
    }

    /// As ``input()``, as text.
    public mutating func text() -> String { String(decoding: input(), as: UTF8.self) }

    /// `bytes` in pieces of any size, the empty one excepted.
    public mutating func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 1 + below(below(4) == 0 ? 200 : 9))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }

    private mutating func word() -> [UInt8] { words.isEmpty ? [] : words[below(words.count)] }

    private mutating func mutate(_ text: inout [UInt8]) {
        let place = below(text.count + 1)
        switch below(11) {
        case 0: if place < text.count { text[place] ^= UInt8(1 << below(8)) }
        case 1: if place < text.count { text[place] = UInt8(below(256)) }
        case 2: text.removeSubrange(place..<min(text.count, place + 1 + below(12)))
        case 3: text.insert(contentsOf: word(), at: place)
        case 4:
            let end = min(text.count, place + 1 + below(30))
            text.insert(contentsOf: text[place..<end], at: below(text.count + 1))
        case 5: text.removeSubrange(place...)
        case 6: text.removeSubrange(..<place)
        case 7:
            let end = min(text.count, place + 1 + below(8))
            let part = text[place..<end]
            text.insert(contentsOf: (0..<(1 + below(below(20) == 0 ? 2000 : 40))).flatMap { _ in part }, at: place)
        case 8:
            let other = corpus.isEmpty ? [] : corpus[below(corpus.count)]
            text.insert(contentsOf: other[below(other.count + 1)...], at: place)
        case 9: replaceNumber(in: &text, from: place)
        default:
            let word = word()
            let end = min(text.count, place + word.count)
            text.replaceSubrange(place..<end, with: word)
        }
        if text.count > 20_000 { text.removeSubrange(20_000...) }
    }

    private mutating func replaceNumber(in text: inout [UInt8], from place: Int) {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        guard let start = text[place...].firstIndex(where: isDigit) else { return }
        let end = text[start...].firstIndex { !isDigit($0) } ?? text.endIndex
        text.replaceSubrange(start..<end, with: word())
    }
}
