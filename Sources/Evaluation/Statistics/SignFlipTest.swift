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
        var means: [Double] = []
        if values.count <= Self.exactLimit {
            means.reserveCapacity(1 << values.count)
            for subset in 1..<max(2, 1 << values.count) where !values.isEmpty {
                means.append(Self.mean(of: values, in: [UInt64(subset)]))
            }
        } else {
            var generator = generator
            var subset = [UInt64](repeating: 0, count: (values.count + 63) / 64)
            means.reserveCapacity(draws)
            while means.count < draws {
                for place in subset.indices { subset[place] = generator.next() }
                let mean = Self.mean(of: values, in: subset)
                if !mean.isNaN { means.append(mean) }
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

    private static func mean(of values: [Double], in subset: [UInt64]) -> Double {
        var sum = 0.0
        var count = 0
        for (place, value) in values.enumerated() where subset[place >> 6] >> UInt64(place & 63) & 1 == 1 {
            sum += value
            count += 1
        }
        return sum / Double(count)
    }
}
