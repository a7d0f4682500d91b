public import TraceGraph

/// One example's expected output next to the one it got.
public struct Contrast: Sendable, Hashable {
    public let expected: Value
    /// What came out.
    public let output: Value

    public init(expected: Value, output: Value) {
        self.expected = expected
        self.output = output
    }

    /// The most telling of `contrasts`: those whose outputs differ from what was expected, different expectations and
    /// different outputs first, in their order.
    public static func chosen(from contrasts: [Contrast], limit: Int = 3) -> [Contrast] {
        let wrong = contrasts.filter { !$0.output.isEquivalent(to: $0.expected) }
        var chosen: [Int] = []
        var expectations: Set<Value> = []
        var outputs: Set<Value> = []
        for needsNewOutput in [true, false] {
            for (place, contrast) in wrong.enumerated() where chosen.count < limit && !chosen.contains(place) {
                guard !expectations.contains(contrast.expected) else { continue }
                guard !needsNewOutput || !outputs.contains(contrast.output) else { continue }
                chosen.append(place)
                expectations.insert(contrast.expected)
                outputs.insert(contrast.output)
            }
        }
        for place in wrong.indices where chosen.count < limit && !chosen.contains(place) { chosen.append(place) }
        return chosen.sorted().map { wrong[$0] }
    }
}

extension ExpectationSummary {
    /// The summary in a few lines, for a model or a person.
    ///
    /// - Parameter contrasts: Expected outputs next to outputs got, from training examples; the three most telling
    ///   are shown.
    public func text(contrasting contrasts: [Contrast] = []) -> String {
        var lines = ["Expected outputs (\(count) training examples): \(formText)"]
        for contrast in Contrast.chosen(from: contrasts) {
            lines.append(
                "- expected \(FeedbackText.quote(contrast.expected)), got \(FeedbackText.quote(contrast.output))")
        }
        return lines.joined(separator: "\n")
    }

    /// What `evaluations`, of train examples, were expected to give next to what they gave; nothing of those that failed.
    public func contrasts(in evaluations: [Evaluation]) -> [Contrast] {
        guard let field else { return [] }
        return evaluations.compactMap { evaluation in
            guard evaluation.failure == nil, let expected = evaluation.example[field],
                let output = evaluation.trace.result?.value
            else { return nil }
            return Contrast(expected: expected, output: output)
        }
    }

    private var formText: String {
        switch form {
        case .labels(let labels):
            let list = labels.counts.map { "\($0.label.json) (\($0.count))" }.joined(separator: ", ")
            return "exactly one of \(list)."
        case .numbers(let range, let areWhole):
            let kind = areWhole ? "whole numbers" : "numbers"
            return "\(kind) from \(FeedbackText.number(range.lowerBound)) to \(FeedbackText.number(range.upperBound))."
        case .objects(let fields):
            return "JSON objects with the fields " + fields.map(Self.text).joined(separator: ", ") + "."
        case .lists(let counts):
            return "JSON lists of \(Self.span(counts, "element"))."
        case .texts(let lengths, let shape):
            let size = "texts of \(Self.span(lengths, "character"))"
            guard let shape else { return size + "." }
            let share = shape.share == 1 ? "all" : "\(Int((shape.share * 100).rounded()))%"
            return "\(size), \(share) of the form \(shape.pattern), such as \(Value.text(shape.instance).json)."
        case .mixed(let kinds):
            return "of several kinds: " + kinds.joined(separator: ", ") + "."
        }
    }

    private static func text(_ field: Field) -> String {
        var words = field.name + " (" + field.kinds.joined(separator: " or ")
        if let labels = field.labels { words += ": one of " + labels.labels.map(\.json).joined(separator: ", ") }
        return words + (field.isAlwaysThere ? ")" : ", not always there)")
    }

    private static func span(_ counts: ClosedRange<Int>, _ unit: String) -> String {
        let range = counts.lowerBound == counts.upperBound ? "" : "\(counts.lowerBound) to "
        return "\(range)\(counts.upperBound) \(unit)\(counts.upperBound == 1 ? "" : "s")"
    }
}
