import Foundation

/// Bounds on a mean that hold for any distribution over a known range (Maurer and Pontil 2009, theorem 4).
public enum EmpiricalBernstein {
    /// A value the true mean exceeds with probability at most 1 − `confidence`.
    ///
    /// x̄ + √(2 V ln(2/δ) / n) + 7 R ln(2/δ) / (3 (n − 1)), with V the unbiased variance, R the length of `range` and
    /// δ = 1 − `confidence`; never above the range, which is all that fewer than two values can say.
    ///
    /// - Parameter range: Where every value lies by nature, not by observation.
    public static func upperBound(_ sample: Sample, in range: ClosedRange<Double>, confidence: Double) -> Double {
        guard let mean = sample.mean, let variance = sample.variance else { return range.upperBound }
        let count = Double(sample.count)
        let weight = log(2 / (1 - confidence))
        let length = range.upperBound - range.lowerBound
        let bound =
            mean + (2 * variance * weight / count).squareRoot() + 7 * length * weight / (3 * (count - 1))
        return min(bound, range.upperBound)
    }
}
