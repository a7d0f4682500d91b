import Evaluation
import TraceGraph

/// What alarms are raised from: the seed and the winner, what they scored, and the train examples.
struct AlarmSource: Sendable {
    let parameters: ParameterSpace
    let seed: Candidate
    let winner: Candidate
    let train: [Example]
    /// The field of the examples with the expected output.
    let expectedField: String?
    /// The winner on the validation split.
    let validation: [Evaluation]
    /// The winner on the hold-out.
    let holdout: [Evaluation]
    /// The seed on the hold-out.
    let incumbent: [Evaluation]
    /// Every candidate tried, in order.
    var history: [TriedCandidate] = []
    /// What the objective is made of; other metrics are second opinions.
    var objective: [Objective.Term] = []
    /// The limits of the objective, and whether they have a price.
    var limits: [MetricConstraint] = []
    var hasPricedLimits = false
    /// Whether more or less of a metric is better.
    var directions: [String: MetricDirection] = [:]
    /// The ends of what the objective can be.
    var scale = ScoreScale(bottom: nil, top: nil)
    /// The winner on train examples, as far as it was run on them.
    var trainRuns: [Evaluation] = []

    /// Everything that makes the winner's gain doubtful, a sentence each.
    ///
    /// - Complexity: O(words of the train examples + evaluations).
    var alarms: [String] {
        [
            constantOutput, copiedExamples, aimedAtTheJudge, flatteredSelection, overfitted, dearlyBought,
            grownForLittle, saturated,
        ].compactMap { $0 } + opposedMetrics + worsened + boughtLimits
    }

    /// One answer to everything is right as often as the commonest answer is, and has learnt nothing.
    private var constantOutput: String? {
        guard holdout.areConstant, let output = holdout.first?.trace.result?.value else { return nil }
        if let field = expectedField {
            guard Set(holdout.compactMap { $0.example[field] }).count > 1 else { return nil }
        }
        return
            "the winner gives the same output to every example of the hold-out: \(ValueText.cut(output.json, to: 60).text)"
    }

    /// A prompt that quotes the train examples knows answers, not how to find them.
    private var copiedExamples: String? {
        let changed = parameters.definitions.filter { definition in
            definition.kind == .text && winner[definition.name] != seed[definition.name]
        }
        let before = Set(changed.flatMap { FiveGrams(of: seed[$0.name] ?? $0.initial).all })
        let texts = train.flatMap { $0.fields.values.compactMap(\.text) }
        let shown = Set(texts.flatMap { FiveGrams(of: .text($0)).all })
        let copied = changed.compactMap { definition -> String? in
            let own = Set(FiveGrams(of: winner[definition.name] ?? .null).all).subtracting(before)
            let count = own.intersection(shown).count
            return count > 0 ? "\(definition.name) (\(count))" : nil
        }
        guard !copied.isEmpty else { return nil }
        return "runs of five words from train examples stand in " + copied.joined(separator: ", ")
    }

    /// The best of many looks better where it was chosen than it is.
    private var flatteredSelection: String? {
        guard let (first, second) = fall(from: validation) else { return nil }
        return "the winner scored \(ValueText.number(first)) on validation, by which it was chosen, and "
            + "\(ValueText.number(second)) on the hold-out"
    }

    /// What was made from train examples may be right about them only.
    private var overfitted: String? {
        guard trainRuns.count >= 8, let (first, second) = fall(from: trainRuns) else { return nil }
        return
            "the winner scored \(ValueText.number(first)) on \(trainRuns.count) train examples, from which it was made, and "
            + "\(ValueText.number(second)) on the hold-out"
    }

    /// The mean of some evaluations and that of the hold-out, where it is lower by more than chance.
    private func fall(from evaluations: [Evaluation]) -> (first: Double, second: Double)? {
        let (seen, proven) = (Sample(evaluations.compactMap(\.score)), Sample(holdout.compactMap(\.score)))
        guard let first = seen.mean, let second = proven.mean, let one = seen.variance, let other = proven.variance
        else { return nil }
        let error = (one / Double(seen.count) + other / Double(proven.count)).squareRoot()
        // Where all scores are the same, what spread and difference there is comes of rounding; a handful has none by chance.
        let negligible = 1e-9 * max(1, abs(first), abs(second))
        guard error > negligible || min(seen.count, proven.count) >= 5 else { return nil }
        return first - second > max(2 * error, negligible) ? (first, second) : nil
    }

    /// Tokens are paid for on every call for as long as the values are used.
    private var dearlyBought: String? {
        let (before, after) = (incumbent.meanTokens, holdout.meanTokens)
        guard before > 0, after >= 2 * before else { return nil }
        let gain = (holdout.meanScore ?? 0) - (incumbent.meanScore ?? 0)
        let factor = ValueText.number((after / before * 10).rounded() / 10)
        return
            "an example takes \(factor) times the tokens it took (\(Int(before.rounded())) to \(Int(after.rounded()))), "
            + "for a difference of \(ValueText.number((gain * 1000).rounded() / 1000))"
    }
}

/// The runs of five words of a text, in lower case and without punctuation.
struct FiveGrams {
    let all: [[Substring]]

    init(of value: Value) {
        let text = value.plainText.lowercased()
        let words = text.split { !($0.isLetter || $0.isNumber) }
        all = words.count < 5 ? [] : (0...(words.count - 5)).map { Array(words[$0..<($0 + 5)]) }
    }
}

extension [Evaluation] {
    /// US dollars of an example's model calls on average, judges aside; nil when a price is not known.
    var meanCost: Double? {
        var sum = 0.0
        for evaluation in self {
            guard let cost = evaluation.trace.usage.cost else { return nil }
            sum += cost
        }
        return isEmpty ? nil : sum / Double(count)
    }

    /// Tokens of an example's model calls on average, judges aside.
    var meanTokens: Double {
        isEmpty ? 0 : Double(reduce(0) { $0 + $1.trace.usage.totalTokens }) / Double(count)
    }
}
