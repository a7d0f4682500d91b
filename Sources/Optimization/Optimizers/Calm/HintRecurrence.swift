import Evaluation
import Foundation

/// Which kinds of hints come more often than chance brings them.
///
/// Hints that mean nothing fall on some number of kinds alike. That number and their rate are estimated from the kinds that
/// do not stand out, the tail of all counts; a kind stands out when so many hints of it, or more, are expected of fewer
/// than ``level`` of all meaningless kinds together.
///
/// Two estimates, of which the one that finds more counts. The strongest kind is held against all the others, then the next
/// against those left, which one kind that comes often cannot fool. But many of them hide each other: so the tail is also
/// cut off below a count, the whole is read from a distribution that is cut off there too, and each kind is held against that.
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

    /// Meaningless hints are taken to be spread over this many kinds at least: where there are only a few kinds and all of
    /// them come often, that is no chance.
    static let fewestKinds = 20.0

    /// The tail is never cut off below this count: two counts alone say too little of a rate.
    private static let lowestCut = 4

    let rounds: [Round]
    /// The expected number of false findings.
    let level: Double

    /// The strongest first.
    ///
    /// - Complexity: O((findings + highest count) × kinds × rounds).
    var findings: [Finding] {
        var totals: [String: Int] = [:]
        for round in rounds { totals.merge(round.counts, uniquingKeysWith: +) }
        let (single, joint) = (findingsInTurn(totals), findingsAboveTail(totals))
        return joint.count > single.count ? joint : single
    }

    /// Each held against all that are weaker.
    private func findingsInTurn(_ totals: [String: Int]) -> [Finding] {
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
        let kinds = max(Self.fewestKinds, Double(rest.count) / (1 - exp(-rate)))
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

    /// All kinds that stand out from those that come seldom: less often than the lowest count below which there are enough of
    /// them to tell.
    ///
    /// What the tail says does not depend on what is found above it: whether every kind above the cut stands out is no
    /// question of where to cut. Asked so, eight of sixteen kinds that recur hid the others.
    private func findingsAboveTail(_ totals: [String: Int]) -> [Finding] {
        let highest = totals.values.max() ?? 0
        guard highest >= Self.lowestCut else { return [] }
        for threshold in Self.lowestCut...highest {
            let tail = totals.filter { $0.value < threshold }
            // The tail has to be most of all there is, or it is none.
            guard tail.count >= 5, 2 * tail.count >= totals.count else { continue }
            let noise = Noise(tail: Array(tail.values), below: threshold)
            let heard = rounds.map { round in round.counts.reduce(0) { tail[$1.key] == nil ? $0 : $0 + $1.value } }
            let all = Double(max(1, heard.reduce(0, +)))
            return totals.filter { $0.value >= threshold }.map { kind, count in
                // The share of what means nothing that came while this one could come.
                let open = zip(rounds, heard).reduce(0) { $1.0.present.contains(kind) ? $0 : $0 + $1.1 }
                let mean = noise.rate * Double(open) / all
                return Finding(
                    kind: kind, count: count, expected: noise.kinds * PoissonDistribution.atLeast(count, mean: mean))
            }
            .filter { $0.expected < level }
            .sorted { ($0.expected, -$0.count, $0.kind) < ($1.expected, -$1.count, $1.kind) }
        }
        return []
    }

    /// How many meaningless kinds there are and how often each comes, from the counts below a threshold.
    private struct Noise {
        let kinds: Double
        let rate: Double

        init(tail: [Int], below threshold: Int) {
            let count = Double(tail.count)
            let mean = Double(tail.reduce(0, +)) / count
            let variance = tail.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / max(1, count - 1)
            // Three quarters of a standard error to the safe side; few kinds that all came once know nothing of theirs.
            let error = max((variance / count).squareRoot(), 0.3 / count.squareRoot())
            let rate = HintRecurrence.rate(ofMean: mean + 0.75 * error, below: threshold)
            let seen = PoissonDistribution.atLeast(1, mean: rate) - PoissonDistribution.atLeast(threshold, mean: rate)
            let estimate = count / max(1e-9, seen)
            kinds = max(HintRecurrence.fewestKinds, estimate)
            self.rate = rate * estimate / kinds
        }
    }

    /// How often a kind comes on average when only counts from 1 and below `threshold` are seen, `mean` times each.
    static func rate(ofMean mean: Double, below threshold: Int) -> Double {
        func seenMean(_ rate: Double) -> Double {
            var (term, weight, sum) = (rate, 0.0, 0.0)
            for count in 1..<threshold {
                if count > 1 { term *= rate / Double(count) }
                weight += term
                sum += Double(count) * term
            }
            return sum / weight
        }
        var (low, high) = (1e-6, 2 * Double(threshold))
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if seenMean(middle) < mean { low = middle } else { high = middle }
        }
        return (low + high) / 2
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
