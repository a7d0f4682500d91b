import Evaluation
import Foundation

/// How much better than the best so far a value may be that is only known as a normal distribution (Jones 1998).
public enum ExpectedImprovement {
    /// D Φ(D / s) + s φ(D / s) with D = mean − best; the positive part of D for a deviation of 0.
    ///
    /// With mean .1, deviation .2 and best 0 that is .1396.
    public static func value(mean: Double, deviation: Double, best: Double) -> Double {
        let gain = mean - best
        guard deviation > 0 else { return max(0, gain) }
        let z = gain / deviation
        return gain * NormalDistribution.cumulative(z) + deviation * NormalDistribution.density(z)
    }

    /// The logarithm of φ(z) + z Φ(z), to full precision wherever that is too small for a number (Ament 2023), and its
    /// derivative.
    static func logarithm(_ z: Double) -> (value: Double, slope: Double) {
        let normal = 0.5 * log(2 * Double.pi)
        if z > -1 {
            let part = NormalDistribution.cumulative(z)
            let value = NormalDistribution.density(z) + z * part
            return (log(value), part / value)
        }
        // φ(t) (1 − t m) with t = −z and Mills' ratio m = Φ(−t) / φ(t).
        let t = -z
        let ratio: Double
        let rest: Double
        if t < 25 {
            ratio = NormalDistribution.cumulative(z) / NormalDistribution.density(z)
            rest = 1 - t * ratio
        } else {
            let inverse = 1 / (t * t)
            rest = inverse * (1 - inverse * (3 - inverse * (15 - inverse * (105 - inverse * (945 - inverse * 10_395)))))
            ratio = (1 - rest) / t
        }
        return (-0.5 * t * t - normal + log(rest), ratio / rest)
    }
}
