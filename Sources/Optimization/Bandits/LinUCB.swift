/// Chooses an arm by what is known of the case at hand, one linear model an arm (Li 2010).
///
/// Each model is ridge regression over the features; the choice is the arm whose reward, plus `optimism` standard errors,
/// may be largest.
public struct LinUCB: Sendable, Hashable {
    /// One arm's sums.
    struct Model: Sendable, Hashable {
        /// I + Σ x xᵀ.
        var gram: SquareMatrix
        /// Σ r x.
        var moment: [Double]
        var pulls = 0
    }

    /// How many standard deviations above the expected value count.
    public let optimism: Double
    private(set) var models: [Model]

    /// - Parameter features: How many numbers describe a case; a constant 1 is not added.
    public init(arms: Int, features: Int, optimism: Double = 1) {
        self.optimism = optimism
        models = (0..<arms).map { _ in
            Model(gram: SquareMatrix(features, diagonal: 1), moment: [Double](repeating: 0, count: features))
        }
    }

    /// What `arm` is expected to bring in a case, and how sure that is. O(features³).
    public func estimate(_ arm: Int, _ features: [Double]) -> (mean: Double, error: Double) {
        guard let factor = CholeskyFactor(models[arm].gram) else { return (0, .infinity) }
        let weights = factor.solving(models[arm].moment)
        let spread = factor.solvingLower(features).reduce(0) { $0 + $1 * $1 }
        return (zip(weights, features).reduce(0) { $0 + $1.0 * $1.1 }, spread.squareRoot())
    }

    /// The arm to pull in a case; the first of several that are level.
    public func choice(_ features: [Double]) -> Int {
        let bounds = models.indices.map { arm in
            let (mean, error) = estimate(arm, features)
            return mean + optimism * error
        }
        return bounds.indices.max { (bounds[$0], $1) < (bounds[$1], $0) } ?? 0
    }

    /// The arm expected to bring most in a case, without optimism.
    public func best(_ features: [Double]) -> Int {
        let means = models.indices.map { estimate($0, features).mean }
        return means.indices.max { (means[$0], $1) < (means[$1], $0) } ?? 0
    }

    /// Takes it that pulling `arm` in a case brings what is expected: what is expected stays, and is surer. For several pulls
    /// before any result is in. O(features³).
    public mutating func believe(_ arm: Int, _ features: [Double]) {
        learn(arm, features, reward: estimate(arm, features).mean)
    }

    /// Notes what pulling `arm` brought in a case. O(features²).
    public mutating func learn(_ arm: Int, _ features: [Double], reward: Double) {
        models[arm].gram.addOuterProduct(of: features)
        for place in features.indices { models[arm].moment[place] += reward * features[place] }
        models[arm].pulls += 1
    }
}
