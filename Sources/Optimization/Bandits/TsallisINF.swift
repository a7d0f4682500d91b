import Foundation

/// Chooses among arms of which nothing is assumed: neither that rewards stay what they were nor that they do not.
///
/// Online mirror descent with the Tsallis entropy of 1/2 and importance-weighted losses (Zimmert and Seldin 2021): within
/// a constant of the best there is in both the stochastic and the adversarial world, without knowing which it is in.
public struct TsallisINF: Sendable, Hashable, Codable {
    /// Estimated sums of losses.
    public private(set) var losses: [Double]
    /// Pulls seen.
    public private(set) var pulls = 0

    /// - Precondition: There is an arm.
    public init(arms: Int) {
        precondition(arms > 0, "a bandit has arms")
        losses = [Double](repeating: 0, count: arms)
    }

    init(losses: [Double], pulls: Int) {
        self.losses = losses
        self.pulls = pulls
    }

    /// The chances of the next pull, η = 2 / √t: pᵢ = 4 / (η (Lᵢ − x))² with the x < min L that makes them add up to 1.
    ///
    /// - Complexity: O(arms) a step of Newton's method, a handful of steps.
    public var chances: [Double] {
        let rate = 2 / Double(pulls + 1).squareRoot()
        let least = losses.min() ?? 0
        // At this x the best arm alone has the chance 1, so that the sum is 1 or more; the root lies below.
        var x = least - 2 / rate
        for _ in 0..<100 {
            let weights = losses.map { 4 / (rate * rate * ($0 - x) * ($0 - x)) }
            let excess = weights.reduce(0, +) - 1
            let slope = zip(weights, losses).reduce(0) { $0 + 2 * $1.0 / ($1.1 - x) }
            let next = x - excess / slope
            if abs(next - x) <= 1e-14 * max(1, abs(x)) { break }
            x = next
        }
        let weights = losses.map { 4 / (rate * rate * ($0 - x) * ($0 - x)) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    /// Notes what pulling `arm` came to.
    ///
    /// - Parameters:
    ///   - loss: 0 for the best there is to 1 for the worst.
    ///   - chance: The arm's when it was chosen.
    public mutating func learn(_ arm: Int, loss: Double, chance: Double) {
        losses[arm] += min(max(loss, 0), 1) / max(chance, 1e-12)
        pulls += 1
    }
}
