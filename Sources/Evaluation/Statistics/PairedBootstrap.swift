import Foundation

/// The paired bootstrap of a mean difference, with bias-corrected and accelerated (BCa) intervals (Efron 1987).
public struct PairedBootstrap: Sendable, Hashable {
    private let differences: PairedDifferences
    /// The resampled means, sorted.
    private let means: [Double]

    /// - Parameters:
    ///   - resamples: How often the pairs are drawn anew, with replacement.
    ///   - generator: Where the draws come from.
    /// - Complexity: O(resamples × pairs).
    public init(_ differences: PairedDifferences, resamples: Int = 9_999, generator: SeededGenerator) {
        self.differences = differences
        let values = differences.values
        var generator = generator
        var means: [Double] = []
        if !values.isEmpty {
            means.reserveCapacity(resamples)
            for _ in 0..<resamples {
                var sum = 0.0
                for _ in values.indices { sum += values[generator.index(below: values.count)] }
                means.append(sum / Double(values.count))
            }
        }
        self.means = means.sorted()
    }

    /// The one-sided p value for a mean greater than 0: (1 + resampled means at or below 0) / (1 + resamples).
    ///
    /// Never below 2⁻ⁿ, what n signs that are all the same have by chance: resampling one or two pairs would be sure of
    /// anything.
    public var pValueForGreater: Double {
        max(leastPValue, Double(means.prefix { $0 <= 0 }.count + 1) / Double(means.count + 1))
    }

    private var leastPValue: Double { exp2(-Double(differences.count)) }

    /// The one-sided p value for a mean less than 0.
    public var pValueForLess: Double {
        max(leastPValue, Double(means.reversed().prefix { $0 >= 0 }.count + 1) / Double(means.count + 1))
    }

    /// The BCa interval; unbounded without pairs, a point when all differences are equal.
    public func interval(confidence: Double = 0.9) -> Interval {
        let tail = (1 - confidence) / 2
        let mean = differences.mean
        guard let first = means.first, let last = means.last else {
            return Interval(lower: -.infinity, upper: .infinity, confidence: confidence)
        }
        guard first < last else { return Interval(lower: first, upper: last, confidence: confidence) }
        let below = means.prefix { $0 < mean }.count
        let equal = means.dropFirst(below).prefix { $0 == mean }.count
        let share = (Double(below) + Double(equal) / 2) / Double(means.count)
        let bias = NormalDistribution.quantile(min(max(share, 1e-6), 1 - 1e-6))
        return Interval(
            lower: limit(tail, bias: bias), upper: limit(1 - tail, bias: bias), confidence: confidence)
    }

    private func limit(_ probability: Double, bias: Double) -> Double {
        let shifted = bias + NormalDistribution.quantile(probability)
        let adjusted = bias + shifted / (1 - acceleration * shifted)
        return Sample.quantile(NormalDistribution.cumulative(adjusted), ofSorted: means) ?? differences.mean
    }

    /// For a mean the jackknife's acceleration is skewness / (6 √n).
    private var acceleration: Double {
        (differences.sample.skewness ?? 0) / (6 * Double(differences.count).squareRoot())
    }
}
