public import TraceGraph

/// The harmonic mean of precision and recall over words, after folding case, punctuation and articles (as in SQuAD).
public struct TokenF1: ComparisonMetric {
    public let name: String
    public let expected: Expectation

    public init(_ expected: Expectation = .expected, name: String = "f1") {
        self.name = name
        self.expected = expected
    }

    public func compare(_ output: Value, with expected: Value) -> Score {
        let got = TextFolding(output.plainText).words
        let wanted = TextFolding(expected.plainText).words
        guard !got.isEmpty, !wanted.isEmpty else {
            let isRight = got.isEmpty && wanted.isEmpty
            return isRight
                ? Score(1, feedback: FeedbackText.correct(output))
                : Score(0, feedback: FeedbackText.wrong(output, expected: expected))
        }
        var rest: [String: Int] = [:]
        for word in wanted { rest[word, default: 0] += 1 }
        var common = 0
        for word in got {
            guard let left = rest[word], left > 0 else { continue }
            rest[word] = left - 1
            common += 1
        }
        let value = 2 * Double(common) / Double(got.count + wanted.count)
        if value == 1 { return Score(1, feedback: FeedbackText.correct(output)) }
        let reason = "\(common) of \(wanted.count) expected words among \(got.count)"
        return Score(value, feedback: FeedbackText.wrong(output, expected: expected, because: reason))
    }
}
