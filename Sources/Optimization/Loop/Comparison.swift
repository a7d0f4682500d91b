import Evaluation
import TraceGraph

/// A candidate held against another on the examples both were run on.
struct Comparison {
    let differences: PairedDifferences
    let evidence: Double
    /// Whether every score of both is the same: nothing told them apart.
    let allTie: Bool
    /// Whether the challenger gives one and the same output whatever the example.
    let isConstant: Bool
    /// What an objective says that looks at more than the mean; nil where the mean decides.
    let isPreferred: Bool?

    /// Of both sides the evaluations of the examples for which the champion has a score. Where the challenger has none it
    /// counts as the worst seen: it would be chosen for what nobody could score otherwise.
    ///
    /// - Parameter ranking: What decides where the objective is more than the mean of a sum.
    init(_ challenger: [Evaluation], against champion: [Evaluation], by ranking: Ranking? = nil) {
        var scores: [String: (score: Double, evidence: Double)] = [:]
        for evaluation in champion {
            if let score = evaluation.score { scores[Self.key(evaluation)] = (score, evaluation.evidence) }
        }
        var differences: [Double] = []
        var evidence = 0.0
        var seen: Set<Double> = []
        let worst = (challenger.compactMap(\.score) + scores.values.map(\.score)).min() ?? 0
        for evaluation in challenger {
            guard let other = scores[Self.key(evaluation)] else { continue }
            let score = evaluation.score ?? worst
            differences.append(score - other.score)
            evidence += evaluation.evidence - other.evidence
            seen.formUnion([score, other.score])
        }
        self.differences = PairedDifferences(differences)
        self.evidence = differences.isEmpty ? 0 : evidence / Double(differences.count)
        // Of several aims the sum says nothing.
        self.allTie = seen.count <= 1 && ranking?.objective.isFront != true
        self.isConstant = challenger.areConstant && !champion.areConstant
        isPreferred = ranking.flatMap { ranking in
            guard !ranking.objective.isPlain else { return nil }
            let keys = Set(challenger.map(Self.key))
            let common = champion.filter { keys.contains(Self.key($0)) }
            let shared = Set(common.map(Self.key))
            return ranking.prefers(
                challenger.filter { shared.contains(Self.key($0)) }, to: common, countingGapsAs: worst)
        }
    }

    var count: Int { differences.count }
    var mean: Double { differences.mean }

    /// Half the width of the 95 % interval of the mean; nil for fewer than two pairs.
    var halfWidth: Double? {
        guard count >= 2 else { return nil }
        let interval = differences.interval(confidence: 0.95)
        return (interval.upper - interval.lower) / 2
    }

    /// Better, or, where every score is the same, closer to what was expected; never for saying the same to everything.
    var isBetter: Bool { isPreferred ?? (mean > 0 || (allTie && evidence > 0 && !isConstant)) }

    /// Worth running on more examples: better, or level where scores could have told the two apart.
    var isPromising: Bool { isBetter || (mean == 0 && !allTie) }

    /// The difference with half the width of its 95 % interval: `+0.125 ±0.080, n=8`.
    var spelled: String {
        let sign = mean < 0 ? "−" : "+"
        let width = halfWidth.map { " ±\(Self.thousandths($0))" } ?? ""
        let scores = "\(sign)\(Self.thousandths(abs(mean)))\(width), n=\(count)"
        guard allTie, evidence != 0 else { return scores }
        let nearness = "\(evidence < 0 ? "−" : "+")\(Self.thousandths(abs(evidence)))"
        return "\(scores); all scores tie, how near the outputs come to what is expected: \(nearness)"
    }

    private static func thousandths(_ number: Double) -> String {
        // A loss that explodes has no use for thousandths, and whole numbers no room for it.
        guard number.magnitude < 1e12 else { return "\(number)" }
        let whole = Int((number * 1000).rounded())
        let digits = String(whole % 1000)
        return "\(whole / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// So far behind that the rest of the examples is not worth running: the upper end of the 90 % interval is below 0.
    var isHopeless: Bool { isPreferred == nil && count >= 8 && differences.interval(confidence: 0.9).upper < 0 }

    private static func key(_ evaluation: Evaluation) -> String { "\(evaluation.example.id)#\(evaluation.repetition)" }
}

extension [Evaluation] {
    /// The mean over those that have a score; nil without any.
    var meanScore: Double? {
        let scores = compactMap(\.score)
        return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    }

    /// The mean score, or less than any where there is none.
    var rank: Double { meanScore ?? -.infinity }

    /// Whether there are four or more, all came to their end, and all with the same output.
    var areConstant: Bool {
        guard count >= 4, let first = first?.trace.result?.value else { return false }
        return allSatisfy { $0.failure == nil && $0.trace.result?.value == first }
    }

    var meanEvidence: Double { isEmpty ? 0 : map(\.evidence).reduce(0, +) / Double(count) }
}
