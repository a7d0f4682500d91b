/// The randomisation test of paired differences: if the two candidates were alike, every sign could as well be turned.
///
/// Exact for any sample size when the differences are symmetric, as they are for a change that does nothing. Turning
/// signs so that the mean is no smaller than the observed one, after subtracting a supposed mean m from all, is the
/// same as the turned differences having a mean of at most m. So the p value and the interval are both read from the
/// means of random subsets (Hartigan 1969) and never contradict each other.
public struct SignFlipTest: Sendable, Hashable {
    /// The means of the subsets drawn, sorted.
    private let subsetMeans: [Double]

    /// Up to this many pairs every subset is listed, above it subsets are drawn.
    private static let exactLimit = 13

    /// - Parameters:
    ///   - draws: Subsets drawn when there are too many to list.
    ///   - generator: Where the draws come from.
    /// - Complexity: O(draws × pairs).
    public init(_ differences: PairedDifferences, draws: Int = 9_999, generator: SeededGenerator) {
        let values = differences.values
        // Sums that should be 0, such as 0.3 − 0.2 − 0.1, come out a rounding error beside it.
        let negligible = 1e-12 * values.reduce(0) { $0 + abs($1) }
        func mean(_ sum: Double, of count: Int) -> Double { abs(sum) <= negligible ? 0 : sum / Double(count) }
        var means: [Double] = []
        if values.count <= Self.exactLimit {
            // A subset's sum is that of the subset without its lowest member, plus that member.
            var sums = [Double](repeating: 0, count: 1 << values.count)
            means.reserveCapacity(sums.count)
            for subset in sums.indices.dropFirst() {
                sums[subset] = sums[subset & (subset - 1)] + values[subset.trailingZeroBitCount]
                means.append(mean(sums[subset], of: subset.nonzeroBitCount))
            }
        } else {
            var generator = generator
            means.reserveCapacity(draws)
            while means.count < draws {
                let (sum, count) = Self.drawnSum(of: values, generator: &generator)
                if count > 0 { means.append(mean(sum, of: count)) }
            }
        }
        subsetMeans = means.sorted()
    }

    /// The one-sided p value for a mean greater than 0.
    ///
    /// (1 + subsets whose mean is at most 0) / (1 + subsets): the 1 is the subset without members, that is the
    /// observation itself.
    public var pValueForGreater: Double {
        let below = subsetMeans.prefix { $0 <= 0 }.count
        return Double(below + 1) / Double(subsetMeans.count + 1)
    }

    /// The one-sided p value for a mean less than 0.
    public var pValueForLess: Double {
        let above = subsetMeans.reversed().prefix { $0 >= 0 }.count
        return Double(above + 1) / Double(subsetMeans.count + 1)
    }

    /// The means that a one-sided test at (1 − confidence) / 2 does not reject from either side.
    public func interval(confidence: Double = 0.9) -> Interval {
        let tail = (1 - confidence) / 2
        // 1 − 0.9 falls just short of 2 · 0.05, which must not cost a rank.
        let skip = Int((tail * Double(subsetMeans.count + 1) + 1e-6).rounded(.down))
        guard skip >= 1, subsetMeans.count >= skip else {
            return Interval(lower: -.infinity, upper: .infinity, confidence: confidence)
        }
        return Interval(
            lower: subsetMeans[skip - 1], upper: subsetMeans[subsetMeans.count - skip], confidence: confidence)
    }

    /// The sum and the size of a subset to which every value belongs with even chance.
    private static func drawnSum(of values: [Double], generator: inout SeededGenerator) -> (Double, Int) {
        var sum = 0.0
        var count = 0
        for start in stride(from: 0, to: values.count, by: 64) {
            var members = generator.next()
            let left = values.count - start
            if left < 64 { members &= (1 << UInt64(left)) - 1 }
            while members != 0 {
                sum += values[start + members.trailingZeroBitCount]
                count += 1
                members &= members - 1
            }
        }
        return (sum, count)
    }
}
