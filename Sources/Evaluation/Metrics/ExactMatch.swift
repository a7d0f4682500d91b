public import TraceGraph

/// 1 when the output is exactly what was expected, 0 otherwise.
///
/// Texts are compared character by character, spaces included; numbers as numbers, so that 1 equals 1.0.
public struct ExactMatch: ComparisonMetric {
    public let name: String
    public let expected: Expectation

    public init(_ expected: Expectation = .expected, name: String = "exact_match") {
        self.name = name
        self.expected = expected
    }

    public func compare(_ output: Value, with expected: Value) -> Score {
        if output.isEquivalent(to: expected) { return Score(1, feedback: FeedbackText.correct(output)) }
        let folded = TextFolding(output.plainText, keepsArticles: true)
        let wanted = TextFolding(expected.plainText, keepsArticles: true)
        var reason = ""
        if !wanted.words.isEmpty, folded == wanted {
            reason = "only spacing, case or punctuation differ"
        } else if folded.contains(wanted) {
            reason = "the expected answer is in there, with other text around it"
        }
        return Score(0, feedback: FeedbackText.wrong(output, expected: expected, because: reason))
    }
}

/// 1 when the output is what was expected but for case, spacing, punctuation and articles; 0 otherwise.
public struct NormalizedMatch: ComparisonMetric {
    public let name: String
    public let expected: Expectation

    public init(_ expected: Expectation = .expected, name: String = "normalized_match") {
        self.name = name
        self.expected = expected
    }

    public func compare(_ output: Value, with expected: Value) -> Score {
        let folded = TextFolding(output.plainText)
        let wanted = TextFolding(expected.plainText)
        // A text of punctuation alone folds to nothing; then only the exact text counts.
        let isRight = output.isEquivalent(to: expected) || !wanted.words.isEmpty && folded == wanted
        if isRight { return Score(1, feedback: FeedbackText.correct(output)) }
        let reason = folded.contains(wanted) ? "the expected answer is in there, with other text around it" : ""
        return Score(0, feedback: FeedbackText.wrong(output, expected: expected, because: reason))
    }
}
