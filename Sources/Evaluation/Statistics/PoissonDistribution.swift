import Foundation

/// The Poisson distribution: how many of many unlikely things happen.
public enum PoissonDistribution {
    /// The probability of `count` or more where `mean` are expected.
    ///
    /// - Complexity: O(count).
    public static func atLeast(_ count: Int, mean: Double) -> Double {
        guard count > 0 else { return 1 }
        guard mean > 0 else { return 0 }
        // Far in the upper tail the sum of what is left is exact where one minus the rest is not.
        if Double(count) > mean {
            var term = exp(Double(count) * log(mean) - mean - lgamma(Double(count) + 1))
            var sum = 0.0
            var place = Double(count)
            while term > sum * 1e-17, term > 0 {
                sum += term
                place += 1
                term *= mean / place
            }
            return min(1, sum)
        }
        var term = exp(-mean)
        var below = 0.0
        for place in 0..<count {
            below += term
            term *= mean / Double(place + 1)
        }
        return max(0, 1 - below)
    }
}
