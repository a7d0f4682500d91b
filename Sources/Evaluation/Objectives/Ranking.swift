/// Which of two candidates an objective prefers, from their evaluations on the same examples.
public struct Ranking: Sendable, Hashable {
    /// What candidates are ranked by.
    public let objective: Objective
    /// Prices of limits, where they have some.
    public private(set) var lagrangian: Lagrangian?

    public init(_ objective: Objective) {
        self.objective = objective
        if case .priced(let rate) = objective.limitRule, !objective.constraints.isEmpty {
            lagrangian = Lagrangian(objective.constraints, rate: rate)
        }
    }

    /// Prices after seeing the best candidate. Nothing without prices.
    public mutating func update(seeing best: [Evaluation]) {
        lagrangian?.update(seeing: best.map { $0.scores.mapValues(\.value) })
    }

    /// What candidates that were run on the same examples compare by.
    ///
    /// - Parameter gap: What an example without a score counts as.
    public func standing(of evaluations: [Evaluation], countingGapsAs gap: Double) -> FeasibleStanding {
        var reward = objective.risk(evaluations.map { $0.score ?? gap }) ?? gap
        var violation = 0.0
        let scores = evaluations.map { $0.scores.mapValues(\.value) }
        for (place, constraint) in objective.constraints.enumerated() {
            guard let lagrangian else {
                // What nobody could measure is not held.
                violation += max(0, constraint.excess(of: evaluations) ?? .infinity)
                continue
            }
            reward -= lagrangian.prices[place] * (constraint.excess(in: scores) ?? 0)
        }
        return FeasibleStanding(violation: violation, reward: reward)
    }

    /// Whether `challenger` is to be preferred to `champion`; for a front, whether it is nowhere worse and somewhere better.
    public func prefers(_ challenger: [Evaluation], to champion: [Evaluation], countingGapsAs gap: Double) -> Bool {
        let (new, old) = (
            standing(of: challenger, countingGapsAs: gap), standing(of: champion, countingGapsAs: gap)
        )
        guard objective.isFront else { return new > old }
        guard new.violation <= old.violation else { return false }
        guard new.violation == old.violation else { return true }
        guard let one = aims(of: challenger), let other = aims(of: champion) else { return false }
        return ParetoFront.dominates(one, other)
    }

    /// The mean of every term, larger being better; nil when one has no value at all.
    public func aims(of evaluations: [Evaluation]) -> [Double]? {
        let means = objective.terms.map { term in
            Sample(evaluations.compactMap { $0.scores[term.metric]?.value }).mean
                .map { term.direction == .maximize ? $0 : -$0 }
        }
        let known = means.compactMap { $0 }
        return known.count == means.count ? known : nil
    }
}
