/// A score that has to hold when the prompt changes a little: mean − κ · standard deviation over small perturbations.
public struct Robustness: Sendable, Hashable, Codable {
    /// κ: how much spread costs.
    public var kappa: Double
    /// Perturbations of each candidate, besides itself.
    public var perturbations: Int
    /// Versions of each candidate with its texts in other words, besides those.
    public var paraphrases: Int

    public init(kappa: Double = 1, perturbations: Int = 2, paraphrases: Int = 0) {
        self.kappa = kappa
        self.perturbations = perturbations
        self.paraphrases = paraphrases
    }

    /// mean − κ sd, with the deviation of all there is (divisor n); nil without scores.
    public func callAsFunction(_ scores: [Double]) -> Double? {
        let sample = Sample(scores)
        guard let mean = sample.mean else { return nil }
        let variance = (sample.variance ?? 0) * Double(scores.count - 1) / Double(scores.count)
        return mean - kappa * variance.squareRoot()
    }
}
