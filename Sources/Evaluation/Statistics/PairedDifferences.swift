/// New score minus old score, example by example, and what Student's t says about their mean.
public struct PairedDifferences: Sendable, Hashable {
    /// The differences, new minus old.
    public let sample: Sample

    /// New minus old, an example each.
    public init(_ differences: some Sequence<Double>) { sample = Sample(differences) }

    public var count: Int { sample.count }
    /// The differences, an example each.
    public var values: [Double] { sample.values }
    /// Their mean; 0 without any.
    public var mean: Double { sample.mean ?? 0 }

    /// The t interval of the mean difference; unbounded for fewer than two pairs.
    public func interval(confidence: Double = 0.9) -> Interval {
        guard let error = sample.standardError else {
            return Interval(lower: -.infinity, upper: .infinity, confidence: confidence)
        }
        let reach = error * student.quantile(0.5 + confidence / 2)
        return Interval(lower: mean - reach, upper: mean + reach, confidence: confidence)
    }

    /// The one-sided p value for "greater than 0"; 1 for fewer than two pairs or no difference at all.
    public var pValueForGreater: Double {
        guard let error = sample.standardError else { return 1 }
        if error == 0 { return mean > 0 ? 0 : 1 }
        return student.survival(mean / error)
    }

    /// The one-sided p value for "less than 0".
    public var pValueForLess: Double { PairedDifferences(values.map { -$0 }).pValueForGreater }

    /// Pairs needed to show a mean difference of the size seen, from the spread seen.
    ///
    /// n = ((z₁₋α + z_power) s / d)² + z₁₋α² / 2, the last term for the t distribution's wider tails (Guenther 1981).
    ///
    /// - Returns: Nil when there is no difference or no spread to go by.
    public func sampleSize(alpha: Double = 0.05, power: Double = 0.8) -> Int? {
        guard let spread = sample.standardDeviation, spread > 0, mean != 0 else { return nil }
        let z = NormalDistribution.quantile(1 - alpha)
        let ratio = (z + NormalDistribution.quantile(power)) * spread / mean
        let count = (ratio * ratio + z * z / 2).rounded(.up)
        return count < 1e15 ? Int(count) : nil
    }

    /// Whether t can be trusted: 30 pairs or more, and more than 25 times the squared skewness (Cochran 1977, §2.15).
    public var suitsStudent: Bool {
        guard count >= 30, let skewness = sample.skewness else { return false }
        return Double(count) > 25 * skewness * skewness
    }

    /// Whether half or more of those that are not 0 are of a size that another has too, as with grades and repeats of 0/1
    /// scores. Their means come in steps, over which t promises more than it holds: of 36 that are ±½ it finds 6.6 % at 5 %.
    ///
    /// - Complexity: O(n).
    public var areTied: Bool {
        var counts: [Double: Int] = [:]
        // Sizes that should be the same come out a rounding error apart.
        for value in values where value != 0 { counts[(abs(value) * 1e9).rounded(), default: 0] += 1 }
        let (all, alone) = (counts.values.reduce(0, +), counts.values.count { $0 == 1 })
        return 2 * alone <= all && all > 0
    }

    private var student: StudentTDistribution {
        StudentTDistribution(degreesOfFreedom: Double(max(1, count - 1)))
    }
}
