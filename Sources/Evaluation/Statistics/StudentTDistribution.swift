/// Student's t distribution.
public struct StudentTDistribution: Sendable, Hashable {
    /// Above 0.
    public let degreesOfFreedom: Double

    /// - Precondition: `degreesOfFreedom` > 0; it need not be whole.
    public init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "Student's t needs positive degrees of freedom")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// P(T ≤ t).
    public func cumulative(_ t: Double) -> Double {
        guard t.isFinite else { return t > 0 ? 1 : 0 }
        let tail = upperTail(abs(t))
        return t > 0 ? 1 - tail : tail
    }

    /// P(T ≥ t), without the cancellation of 1 − P(T ≤ t) for large t.
    public func survival(_ t: Double) -> Double {
        cumulative(-t)
    }

    /// The t with P(T ≤ t) = `probability`; −∞ at 0 and ∞ at 1.
    public func quantile(_ probability: Double) -> Double {
        guard probability > 0 else { return -.infinity }
        guard probability < 1 else { return .infinity }
        guard probability <= 0.5 else { return -quantile(1 - probability) }
        let half = degreesOfFreedom / 2
        if probability < 0.25 {
            let x = BetaDistribution(half, 0.5).quantile(2 * probability)
            return -(degreesOfFreedom * (1 - x) / x).squareRoot()
        }
        let y = BetaDistribution(0.5, half).quantile(1 - 2 * probability)
        return -(degreesOfFreedom * y / (1 - y)).squareRoot()
    }

    private func upperTail(_ t: Double) -> Double {
        let square = t * t
        // Near 0 the beta argument rounds to 1; the mirrored function keeps the digits.
        if square < degreesOfFreedom {
            let y = square / (degreesOfFreedom + square)
            return 0.5 - 0.5 * BetaDistribution(0.5, degreesOfFreedom / 2).cumulative(y)
        }
        let x = degreesOfFreedom / (degreesOfFreedom + square)
        return 0.5 * BetaDistribution(degreesOfFreedom / 2, 0.5).cumulative(x)
    }
}
