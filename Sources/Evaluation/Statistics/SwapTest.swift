/// The randomisation test of a risk measure of two candidates' scores: if the two were alike, the scores of any example
/// could as well be the other way round.
///
/// Exact at any sample size for a change that does nothing. A measure of the worst examples is no mean of differences, so
/// neither McNemar's test nor Student's nor random signs say anything about it. The p value is the larger of that of the
/// swaps and that of the bootstrap the interval comes from, so that the two never contradict each other.
public struct SwapTest: Sendable, Hashable {
    /// The measure of the winner's scores, in their unit.
    public let winner: Double
    /// The measure of the incumbent's scores.
    public let incumbent: Double
    /// Differences with random pairs turned round, sorted; all of them where there are few pairs.
    private let swapped: [Double]
    private let listsAll: Bool
    /// Differences of pairs drawn anew, sorted.
    private let resampled: [Double]
    private let count: Int

    /// Up to this many pairs every way to turn them is listed, above it ways are drawn.
    private static let exactLimit = 12

    /// - Parameters:
    ///   - winner: Scores, more being better.
    ///   - incumbent: Those of the same examples in the same order.
    ///   - draws: Swaps drawn when there are too many to list, and pairs drawn anew.
    ///   - generator: Where the draws come from.
    /// - Precondition: As many scores of both, and at least one.
    /// - Complexity: O(n log n + draws × pairs).
    public init(
        winner: [Double], incumbent: [Double], measure: RiskMeasure, draws: Int = 9_999, generator: SeededGenerator
    ) {
        precondition(winner.count == incumbent.count && !winner.isEmpty, "each example has a score of both")
        count = winner.count
        let weights = measure.weights(count: count)
        self.winner = measure(winner) ?? 0
        self.incumbent = measure(incumbent) ?? 0
        var generator = generator
        listsAll = count <= Self.exactLimit
        let scores = SortedPairs(winner: winner, incumbent: incumbent, weights: weights)
        if listsAll {
            let (first, ways) = (count, 1 << count)
            swapped = (0..<ways).map { way in
                scores.difference(isTurned: (0..<first).map { way >> $0 & 1 == 1 })
            }.sorted()
        } else {
            swapped = (0..<draws).map { _ in scores.difference(isTurned: Self.bits(scores.count, &generator)) }.sorted()
        }
        resampled = (0..<draws).map { _ in
            var times = [Int](repeating: 0, count: scores.count)
            for _ in times.indices { times[generator.index(below: times.count)] += 1 }
            return scores.difference(counting: times)
        }.sorted()
    }

    /// How much better the winner is.
    public var difference: Double { winner - incumbent }

    /// The one-sided p value for a winner that is better.
    public var pValueForGreater: Double {
        let least = difference - negligible
        let swaps = swapped.count - swapped.partitioningCount { $0 < least }
        return max(share(swaps), resampledShare(resampled.partitioningCount { $0 <= negligible }))
    }

    /// The one-sided p value for a winner that is worse.
    public var pValueForLess: Double {
        let most = difference + negligible
        let swaps = swapped.partitioningCount { $0 <= most }
        return max(share(swaps), resampledShare(resampled.count - resampled.partitioningCount { $0 < -negligible }))
    }

    /// The differences that pairs drawn anew come to, the outermost at both ends left out; unbounded where there are too few
    /// draws for the confidence.
    public func interval(confidence: Double = 0.9) -> Interval {
        // 1 − 0.9 falls just short of 2 · 0.05, which must not cost a rank.
        let skip = Int(((1 - confidence) / 2 * Double(resampled.count + 1) + 1e-6).rounded(.down))
        guard skip >= 1, resampled.count >= skip else {
            return Interval(lower: -.infinity, upper: .infinity, confidence: confidence)
        }
        return Interval(lower: resampled[skip - 1], upper: resampled[resampled.count - skip], confidence: confidence)
    }

    /// Pairs needed to show a difference of the size seen, from the spread of the differences of pairs drawn anew; nil when
    /// there is no difference or no spread to go by.
    public func sampleSize(alpha: Double = 0.05, power: Double = 0.8) -> Int? {
        guard let error = Sample(resampled).standardDeviation, error > 0, abs(difference) > negligible else {
            return nil
        }
        let z = NormalDistribution.quantile(1 - alpha) + NormalDistribution.quantile(power)
        let ratio = z * error / difference
        let needed = (ratio * ratio * Double(count)).rounded(.up)
        return needed < 1e15 ? Int(needed) : nil
    }

    /// Sums that should be the same come out a rounding error apart.
    private var negligible: Double { 1e-12 * max(1, abs(winner), abs(incumbent)) }

    /// What was observed is one of the ways.
    private func share(_ swaps: Int) -> Double {
        listsAll ? Double(swaps) / Double(swapped.count) : Double(swaps + 1) / Double(swapped.count + 1)
    }

    private func resampledShare(_ draws: Int) -> Double { Double(draws + 1) / Double(resampled.count + 1) }

    private static func bits(_ count: Int, _ generator: inout SeededGenerator) -> [Bool] {
        var bits: [Bool] = []
        bits.reserveCapacity(count)
        while bits.count < count {
            let word = generator.next()
            for place in 0..<min(64, count - bits.count) { bits.append(word >> UInt64(place) & 1 == 1) }
        }
        return bits
    }
}

/// The scores of both candidates in one order, sorted once: a measure of any part of them is a walk along it.
private struct SortedPairs {
    private let order: [(value: Double, pair: Int, isWinner: Bool)]
    /// What the k-th lowest score of n counts, and the sums of that.
    private let weights: [Double]
    private let sums: [Double]
    let count: Int

    init(winner: [Double], incumbent: [Double], weights: [Double]) {
        count = winner.count
        let scores =
            winner.enumerated().map { (value: $1, pair: $0, isWinner: true) }
            + incumbent.enumerated().map { (value: $1, pair: $0, isWinner: false) }
        order = scores.sorted { ($0.value, $0.pair) < ($1.value, $1.pair) }
        self.weights = weights
        sums = weights.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    }

    /// The winner's measure less the incumbent's with some pairs the other way round.
    func difference(isTurned: [Bool]) -> Double {
        var (first, second) = (0, 0)
        var difference = 0.0
        for score in order {
            if score.isWinner != isTurned[score.pair] {
                difference += weights[first] * score.value
                first += 1
            } else {
                difference -= weights[second] * score.value
                second += 1
            }
        }
        return difference
    }

    /// The same with each pair so many times.
    func difference(counting times: [Int]) -> Double {
        var (first, second) = (0, 0)
        var difference = 0.0
        for score in order where times[score.pair] > 0 {
            if score.isWinner {
                difference += (sums[first + times[score.pair]] - sums[first]) * score.value
                first += times[score.pair]
            } else {
                difference -= (sums[second + times[score.pair]] - sums[second]) * score.value
                second += times[score.pair]
            }
        }
        return difference
    }
}

extension [Double] {
    /// How many of the first hold, all that hold being first.
    fileprivate func partitioningCount(_ holds: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
