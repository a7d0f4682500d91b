public import TraceGraph

/// 1 when the output contains what was expected: a text, or every text of a list; 0 otherwise.
public struct Contains: ComparisonMetric {
    public let name: String
    public let expected: Expectation
    /// Whether capitals and small letters are the same.
    public let ignoresCase: Bool
    /// Whether one text of a list is enough.
    public let anyIsEnough: Bool

    /// - Parameter anyIsEnough: Whether one text of a list is enough.
    public init(
        _ expected: Expectation = .expected, ignoringCase: Bool = false, anyIsEnough: Bool = false,
        name: String = "contains"
    ) {
        self.name = name
        self.expected = expected
        self.ignoresCase = ignoringCase
        self.anyIsEnough = anyIsEnough
    }

    public func compare(_ output: Value, with expected: Value) throws(ComparisonError) -> Score {
        let parts = (expected.list ?? [expected]).map(\.plainText)
        guard !parts.isEmpty, !parts.contains("") else {
            throw ComparisonError(.unusableExpectation, "expected a text to look for, got an empty one")
        }
        let text = folded(output.plainText)
        let lacking = parts.filter { !text.contains(folded($0)) }
        if anyIsEnough ? lacking.count < parts.count : lacking.isEmpty {
            return Score(1, feedback: "Correct: it contains what was expected.")
        }
        let list = lacking.map { FeedbackText.quote(.text($0)) }.joined(separator: anyIsEnough ? " or " : ", ")
        return Score(0, feedback: "Expected to find \(list) in the output, got \(FeedbackText.quote(output)).")
    }

    private func folded(_ text: String) -> String { ignoresCase ? text.lowercased() : text }
}
