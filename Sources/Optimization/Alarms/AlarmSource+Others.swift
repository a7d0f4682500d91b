import Evaluation
import TraceGraph

/// What became of the metrics that are not optimized, on the hold-out.
extension AlarmSource {
    /// A gain that another metric pays for may be none: those that got worse by more than chance, the error shared out over
    /// all that are looked at.
    var worsened: [String] {
        let aims = Set(objective.map(\.metric)).union(limits.map(\.metric))
        let others = Set(holdout.flatMap(\.scores.keys)).subtracting(aims).sorted()
        return others.compactMap { name in
            let gate = Gate(name, directions[name] ?? .maximize, alpha: 0.05 / Double(others.count))
            func sheet(_ evaluations: [Evaluation]) -> ScoreSheet {
                ScoreSheet(evaluations) { $0.scores[name]?.value }
            }
            let finding = gate.verdict(for: sheet(holdout), against: sheet(incumbent))
            guard finding.decision == .keep, let before = finding.incumbentMean, let after = finding.winnerMean else {
                return nil
            }
            return "\(name), which is not optimized, got worse on the hold-out: \(Self.short(before)) to "
                + "\(Self.short(after)), n = \(finding.count)"
        }
    }

    /// A limit with a price may be bought; whoever bought it is told.
    var boughtLimits: [String] {
        guard hasPricedLimits else { return [] }
        return limits.compactMap { limit in
            let scores = holdout.map { $0.scores.mapValues(\.value) }
            guard let excess = limit.excess(in: scores), excess > 0 else { return nil }
            let mean = limit.direction == .minimize ? limit.limit + excess : limit.limit - excess
            return "\(limit.metric) is \(Self.short(mean)) on the hold-out, beyond its priced limit (\(limit.summary))"
        }
    }

    private static func short(_ number: Double) -> String { ValueText.number((number * 1000).rounded() / 1000) }
}
