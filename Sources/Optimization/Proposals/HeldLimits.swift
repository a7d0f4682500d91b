import Evaluation
import TraceGraph

extension MetricConstraint {
    /// How much farther beyond the limit than their mean the bound of values lies, as the gate takes it; 0 where there are too
    /// few for a bound.
    func margin(of evaluations: [Evaluation]) -> Double {
        let verdict = ceilingVerdict(of: evaluations)
        guard let bound = verdict.bound, let mean = verdict.mean else { return 0 }
        return max(0, excess(of: bound) - excess(of: mean))
    }

    /// Whether the bound of the values holds the limit.
    func isShownToHold(for evaluations: [Evaluation]) -> Bool { ceilingVerdict(of: evaluations).isHeld }

    /// Whether the mean is shown to be beyond the limit: with the probability `level` at the most it is not.
    func isShownToBreak(for evaluations: [Evaluation], level: Double) -> Bool {
        let values = evaluations.compactMap(value)
        let other: MetricDirection = direction == .minimize ? .maximize : .minimize
        let verdict = CostCeiling(metric, limit: limit, delta: level, direction: other).verdict(for: values)
        return verdict.isHeld && verdict.mean.map { excess(of: $0) > 0 } ?? false
    }

    private func ceilingVerdict(of evaluations: [Evaluation]) -> CeilingVerdict {
        CostCeiling(metric, limit: limit, direction: direction)
            .verdict(for: evaluations.map { value(of: $0) ?? .nan })
    }
}

extension CandidatePool {
    /// The candidate with the best mean of those that are shown to hold all limits on validation; nil where there are no
    /// limits, where the best candidate is one of those, and where there is none.
    var bestHoldingLimits: Candidate.ID? {
        guard !constraints.isEmpty else { return nil }
        let held = validated.filter { tried in constraints.allSatisfy { $0.isShownToHold(for: tried.validation) } }
        guard !held.contains(where: { $0.candidate.id == best.id }) else { return nil }
        return held.max { a, b in
            (a.validation.rank, b.candidate.id.number) < (b.validation.rank, a.candidate.id.number)
        }?.candidate.id
    }
}
