public import TraceGraph

/// 1 when a regular expression is found in the output (or, if asked for, matches all of it); 0 otherwise.
///
/// Swift's regular expressions backtrack: a pattern such as `(a+)+b` can take very long on long outputs.
public struct PatternMatch: ComparisonMetric {
    public let name: String
    /// Where the pattern is.
    public let expected: Expectation
    /// Whether the pattern must match from the first to the last character.
    public let matchesWhole: Bool

    /// A metric with the same pattern for every example.
    ///
    /// - Throws: ``ComparisonError`` with ``MetricError/Code/invalidPattern`` when `pattern` cannot be read.
    public init(_ pattern: String, matchesWhole: Bool = false, name: String = "regex") throws(ComparisonError) {
        _ = try Self.regex(pattern)
        self.init(.value(.text(pattern)), matchesWhole: matchesWhole, name: name)
    }

    /// A metric with the pattern in a field of the example.
    public init(_ expected: Expectation, matchesWhole: Bool = false, name: String = "regex") {
        self.name = name
        self.expected = expected
        self.matchesWhole = matchesWhole
    }

    public func compare(_ output: Value, with expected: Value) throws(ComparisonError) -> Score {
        let regex = try Self.regex(expected.plainText)
        let text = output.plainText
        let isFound: Bool
        do {
            isFound = try matchesWhole ? regex.wholeMatch(in: text) != nil : regex.firstMatch(in: text) != nil
        } catch {
            throw ComparisonError(.invalidPattern, "the pattern could not be applied: \(error)")
        }
        if isFound { return Score(1, feedback: "Correct: it matches.") }
        let verb = matchesWhole ? "to match" : "to find a match of"
        return Score(
            0, feedback: "Expected \(verb) \(FeedbackText.quote(expected)), got \(FeedbackText.quote(output)).")
    }

    private static func regex(_ pattern: String) throws(ComparisonError) -> Regex<AnyRegexOutput> {
        do {
            return try Regex(pattern)
        } catch {
            throw ComparisonError(.invalidPattern, "the pattern cannot be read: \(error)")
        }
    }
}
