import Evaluation
import TraceGraph

/// One of a few expected words, given where another was right. Nobody has to be asked what kind of flaw that is, and the
/// same two are taken for each other on other examples.
struct Confusion: Sendable, Hashable {
    let given: String
    let expected: String

    init?(_ evaluation: Evaluation, _ expectations: ExpectationSummary?) {
        guard let words = ExpectedWords(expectations, outputs: []), let field = expectations?.field,
            let expected = evaluation.example[field]?.plainText.trimmed,
            let given = evaluation.trace.result.flatMap({ words.word($0.value) }), given != expected
        else { return nil }
        self.given = given
        self.expected = expected
    }

    private static let taken = " taken for "

    var flaw: String { expected + Self.taken + given }

    /// Whether a kind of flaw is such a confusion.
    static func isFlaw(_ kind: String) -> Bool { kind.contains(taken) }

    /// What is wrong and what mends it, for a question.
    var finding: String {
        "The output was wrong because a case of \(Value.text(expected).json) was taken for one of "
            + "\(Value.text(given).json). The hint says what such cases have in common and how to tell the two apart."
    }
}
