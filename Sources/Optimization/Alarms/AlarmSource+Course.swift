import Evaluation
import TraceGraph

extension AlarmSource {
    /// What rules the winner out, a sentence each.
    var errors: [String] { Placeholders.losses(of: winner.values, from: seed, parameters) }

    /// A text that speaks to whoever scores, not to whoever does the task.
    var aimedAtTheJudge: String? {
        let words = [
            "judge", "grader", "evaluator", "rubric", "full marks", "highest score", "maximum score", "top score",
            "10/10", "score of 10", "score this", "rate this", "be lenient", "ignore previous",
            "ignore the instructions",
        ]
        let found = changedTexts.compactMap { definition -> String? in
            let before = (seed[definition.name] ?? definition.initial).plainText.lowercased()
            let after = (winner[definition.name] ?? .null).plainText.lowercased()
            guard let word = words.first(where: { after.contains($0) && !before.contains($0) }) else { return nil }
            return "\(definition.name) (\"\(word)\")"
        }
        guard !found.isEmpty else { return nil }
        return "speaks to whoever scores the output: " + found.joined(separator: ", ")
    }

    /// Longer texts are read on every call; a short gain does not pay for them.
    var grownForLittle: String? {
        let (before, after) = changedTexts.reduce((0, 0)) { sum, definition in
            (
                sum.0 + (seed[definition.name] ?? definition.initial).plainText.count,
                sum.1 + (winner[definition.name] ?? definition.initial).plainText.count
            )
        }
        guard after - before >= 400, after >= 3 * before else { return nil }
        let points = 100 * ((holdout.meanScore ?? 0) - (incumbent.meanScore ?? 0))
        // Means of the same scores differ by rounding errors.
        let price = points > 1e-9 ? Double(after - before) / points : .infinity
        guard price >= 100 else { return nil }
        let each = price < 1e9 ? "\(ValueText.number(price.rounded())) for each point gained" : "for no gain"
        return "the texts grew from \(before) to \(after) characters, \(each)"
    }

    /// Where nearly everything is right already, what is left is mostly noise.
    var saturated: String? {
        guard let top = scale.top, let mean = incumbent.meanScore, incumbent.count >= 8 else { return nil }
        let bottom = scale.bottom ?? 0
        guard top > bottom, (mean - bottom) / (top - bottom) >= 0.97 else { return nil }
        return "the first candidate scores \(ValueText.number((mean * 1000).rounded() / 1000)) of "
            + "\(ValueText.number(top)): there is hardly anything left to measure"
    }

    /// What is optimized goes up over the last candidates while another metric goes down.
    var opposedMetrics: [String] {
        let window = history.filter { !$0.validation.isEmpty }.suffix(Self.window)
        guard window.count >= 5 else { return [] }
        func means(_ value: (Evaluation) -> Double?) -> [(Double, Double)] {
            window.enumerated().compactMap { place, tried in
                Sample(tried.validation.compactMap(value)).mean.map { (Double(place), $0) }
            }
        }
        guard let proxy = KendallTau.value(means(\.score)), proxy >= 0.4 else { return [] }
        let others = Set(window.flatMap { $0.validation.flatMap(\.scores.keys) }).subtracting(objective.map(\.metric))
        return others.sorted().compactMap { name in
            let direction = directions[name] ?? .maximize
            let values = means { evaluation in
                evaluation.scores[name].map { direction == .maximize ? $0.value : -$0.value }
            }
            guard let second = KendallTau.value(values), second <= -0.4 else { return nil }
            return "over the last \(window.count) candidates the objective goes up while \(name) gets worse "
                + "(Kendall τ \(ValueText.number((proxy * 100).rounded() / 100)) and "
                + "\(ValueText.number((second * 100).rounded() / 100)))"
        }
    }

    /// The last candidates that are looked at.
    private static let window = 12

    private var changedTexts: [ParameterDefinition] {
        parameters.definitions.filter { $0.kind == .text && winner[$0.name] != seed[$0.name] }
    }
}
