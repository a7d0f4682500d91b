public import TraceGraph

/// 1 − Levenshtein distance / length of the longer text: 1 for equal texts, 0 for texts without anything in common.
public struct EditSimilarity: ComparisonMetric {
    public let name: String
    public let expected: Expectation

    public init(_ expected: Expectation = .expected, name: String = "edit_similarity") {
        self.name = name
        self.expected = expected
    }

    public func compare(_ output: Value, with expected: Value) -> Score {
        let value = Self.similarity(of: output.plainText, to: expected.plainText)
        if value == 1 { return Score(1, feedback: FeedbackText.correct(output)) }
        let reason = "similarity \(FeedbackText.number(value))"
        return Score(value, feedback: FeedbackText.wrong(output, expected: expected, because: reason))
    }

    /// The similarity of two texts; two empty ones are equal.
    public static func similarity(of a: String, to b: String) -> Double {
        let a = Array(a.unicodeScalars)
        let b = Array(b.unicodeScalars)
        let longer = max(a.count, b.count)
        return longer == 0 ? 1 : 1 - Double(distance(from: a, to: b)) / Double(longer)
    }

    /// The fewest insertions, deletions and replacements of Unicode scalars that turn `a` into `b`.
    ///
    /// Myers's bit vectors in blocks of 64 (1999, as Hyyrö 2003 states them).
    ///
    /// - Complexity: O(`a.count` × `b.count` / 64).
    static func distance(from a: [Unicode.Scalar], to b: [Unicode.Scalar]) -> Int {
        let (pattern, text) = a.count < b.count ? (a, b) : (b, a)
        guard !pattern.isEmpty else { return text.count }
        let blocks = (pattern.count + 63) / 64
        var places: [Unicode.Scalar: [UInt64]] = [:]
        for (place, scalar) in pattern.enumerated() {
            places[scalar, default: [UInt64](repeating: 0, count: blocks)][place >> 6] |= 1 << UInt64(place & 63)
        }
        let none = [UInt64](repeating: 0, count: blocks)
        var rises = [UInt64](repeating: .max, count: blocks)
        var falls = none
        var distance = pattern.count
        let lastBit: UInt64 = 1 << UInt64((pattern.count - 1) & 63)
        for scalar in text {
            let matches = places[scalar] ?? none
            var carryRise: UInt64 = 1
            var carryFall: UInt64 = 0
            for block in 0..<blocks {
                let match = matches[block] | carryFall
                let vertical = matches[block] | falls[block]
                let diagonal = (((match & rises[block]) &+ rises[block]) ^ rises[block]) | match
                var rise = falls[block] | ~(diagonal | rises[block])
                var fall = rises[block] & diagonal
                if block == blocks - 1 {
                    if rise & lastBit != 0 { distance += 1 }
                    if fall & lastBit != 0 { distance -= 1 }
                }
                let nextRise = rise >> 63
                let nextFall = fall >> 63
                rise = rise << 1 | carryRise
                fall = fall << 1 | carryFall
                carryRise = nextRise
                carryFall = nextFall
                rises[block] = fall | ~(vertical | rise)
                falls[block] = rise & vertical
            }
        }
        return distance
    }
}
