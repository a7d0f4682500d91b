import Foundation

/// The number of successes in independent trials.
public struct BinomialDistribution: Sendable, Hashable {
    /// How often it is tried.
    public let trials: Int
    /// Of success, each time.
    public let probability: Double

    /// - Precondition: `trials` ≥ 0 and `probability` in 0...1.
    public init(trials: Int, probability: Double) {
        precondition(trials >= 0 && (0...1).contains(probability), "no such binomial distribution")
        self.trials = trials
        self.probability = probability
    }

    /// P(X = `successes`).
    public func mass(_ successes: Int) -> Double {
        guard (0...trials).contains(successes) else { return 0 }
        if probability == 0 { return successes == 0 ? 1 : 0 }
        if probability == 1 { return successes == trials ? 1 : 0 }
        let n = Double(trials)
        let k = Double(successes)
        let logChoices =
            BetaDistribution.logGamma(n + 1) - BetaDistribution.logGamma(k + 1)
            - BetaDistribution.logGamma(n - k + 1)
        return exp(logChoices + k * log(probability) + (n - k) * log1p(-probability))
    }

    /// P(X ≤ `successes`).
    public func cumulative(_ successes: Int) -> Double {
        if successes < 0 { return 0 }
        if successes >= trials { return 1 }
        return BetaDistribution(Double(trials - successes), Double(successes + 1)).cumulative(1 - probability)
    }

    /// P(X ≥ `successes`).
    public func atLeast(_ successes: Int) -> Double {
        if successes <= 0 { return 1 }
        if successes > trials { return 0 }
        return BetaDistribution(Double(successes), Double(trials - successes + 1)).cumulative(probability)
    }

    /// The exact two-sided p value of `successes`: the probability of all results no likelier than it.
    ///
    /// - Complexity: O(trials).
    public func twoSidedPValue(_ successes: Int) -> Double {
        let observed = mass(successes) * (1 + 1e-7)
        return min(1, (0...trials).reduce(0) { sum, k in mass(k) <= observed ? sum + mass(k) : sum })
    }
}
