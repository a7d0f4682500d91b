import Evaluation
import Foundation

/// Which kinds of hints come more often than chance brings them.
///
/// Hints that mean nothing fall on some number of kinds alike. That number and their rate are estimated from the kinds that
/// do not stand out, the tail of all counts; a kind stands out when so many hints of it, or more, are expected of fewer
/// than ``level`` of all meaningless kinds together.
struct HintRecurrence {
    /// What one candidate was told.
    struct Round: Sendable, Hashable {
        /// Kinds that the candidate's text follows already, so that no hint of them can be expected.
        var present: Set<String>
        /// How many hints of each kind there were, one an example.
        var counts: [String: Int]
    }

    /// A kind that stands out.
    struct Finding: Sendable, Hashable {
        var kind: String
        var count: Int
        /// How many meaningless kinds are expected to come as often.
        var expected: Double
    }

    let rounds: [Round]
    /// The expected number of false findings.
    let level: Double

    /// The strongest first.
    ///
    /// - Complexity: O(findings × kinds × rounds).
    var findings: [Finding] {
        var totals: [String: Int] = [:]
        for round in rounds { totals.merge(round.counts, uniquingKeysWith: +) }
        var rest = totals
        var findings: [Finding] = []
        while let strongest = strongest(of: rest), strongest.expected < level {
            findings.append(strongest)
            rest[strongest.kind] = nil
        }
        return findings
    }

    private func strongest(of rest: [String: Int]) -> Finding? {
        guard !rest.isEmpty else { return nil }
        let hints = rest.values.reduce(0, +)
        let rate = Self.rate(ofMean: Double(hints) / Double(rest.count))
        let kinds = Double(rest.count) / (1 - exp(-rate))
        let noise = rounds.map { round in round.counts.reduce(0) { rest[$1.key] == nil ? $0 : $0 + $1.value } }
        return rest.map { kind, count in
            // What the others of those rounds make expect of this one; rounds in which it was followed expect nothing.
            var exposure = 0
            for (round, all) in zip(rounds, noise) where !round.present.contains(kind) {
                exposure += all - round.counts[kind, default: 0]
            }
            let tail = PoissonDistribution.atLeast(count, mean: Double(exposure) / kinds)
            return Finding(kind: kind, count: count, expected: kinds * tail)
        }.min { ($0.expected, -$0.count, $0.kind) < ($1.expected, -$1.count, $1.kind) }
    }

    /// How often a kind comes on average when only kinds that came at all are seen, `mean` times each: the mean of the
    /// Poisson distribution whose mean without its zeros that is.
    static func rate(ofMean mean: Double) -> Double {
        guard mean > 1.0001 else { return 0.02 }
        var (low, high) = (1e-6, mean)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if middle / (1 - exp(-middle)) < mean { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// How often `kind` would come by chance in `round` alone, as far as the others of the round tell.
    static func isWithinChance(_ kind: String, in round: Round, others: Int) -> Bool {
        let count = round.counts[kind, default: 0]
        guard count > 0 else { return true }
        let noise = round.counts.values.reduce(0, +) - count
        return PoissonDistribution.atLeast(count, mean: Double(noise) / Double(max(1, others))) > 0.2
    }
}
