import Evaluation
import TraceGraph

/// The form that right outputs have, as far as the train split tells: how to ask for it, and which outputs have it.
struct ExpectedForm: Sendable {
    /// What a step has to be told, in one line.
    let request: String
    private let holds: @Sendable (Value) -> Bool

    /// - Returns: Nil where nothing is expected, or nothing that one sentence could ask for.
    init?(_ expectations: ExpectationSummary?) {
        guard let expectations else { return nil }
        switch expectations.form {
        case .labels:
            guard let words = ExpectedWords(expectations, outputs: []) else { return nil }
            request = "Answer with exactly one of: \(words.words.joined(separator: ", ")). Write nothing else."
            holds = { words.word($0) != nil }
        case .numbers(_, let areWhole):
            request = "Answer with one \(areWhole ? "whole " : "")number and nothing else."
            holds = { NumericMatch.number(in: $0, reading: .whole) != nil }
        case .objects(let fields):
            let names = fields.filter(\.isAlwaysThere).map(\.name)
            guard !names.isEmpty else { return nil }
            request = "Answer with one JSON object with the fields \(names.joined(separator: ", ")) and nothing else."
            holds = { value in
                guard let object = value.embeddedJSON?.object else { return false }
                return names.allSatisfy { object[$0] != nil }
            }
        case .lists:
            request = "Answer with one JSON list and nothing else."
            holds = { $0.embeddedJSON?.list != nil }
        case .texts, .mixed: return nil
        }
    }

    /// Whether an output has the form; one that is not there has none.
    func isHeld(by output: Value?) -> Bool { output.map(holds) ?? false }
}
