import Evaluation

extension LoopRun {
    /// `verdict` on a candidate against one that breaks limits which come first: holding them is better, whatever the scores
    /// are, as it is for the search.
    ///
    /// Both have to be shown: that the incumbent is beyond a limit at the level of the gate, and that the winner holds all.
    func preferringHeldLimits(
        _ verdict: Verdict, of winner: [Evaluation], against incumbent: [Evaluation], level: Double
    ) -> Verdict {
        let objective = loop.evaluator.objective
        guard verdict.decision != .promote, objective.limitRule == .first,
            let broken = objective.constraints.first(where: { $0.isShownToBreak(for: incumbent, level: level) }),
            objective.constraints.allSatisfy({ $0.isShownToHold(for: winner) }),
            verdict.ceilings.allSatisfy(\.isHeld)
        else { return verdict }
        var verdict = verdict
        verdict.decision = .promote
        verdict.reasons = [
            "the incumbent is shown to break the limit \(broken.summary), and the winner to hold it, which comes first"
        ]
        return verdict
    }
}
