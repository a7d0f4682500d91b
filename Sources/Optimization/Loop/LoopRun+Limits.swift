import Evaluation

extension LoopRun {
    /// `verdict` on a candidate against one that breaks limits which come first: holding them is better, whatever the scores
    /// are, as it is for the search.
    ///
    /// Both have to be shown: that the incumbent is beyond a limit, at the level of the gate shared out over the limits and the
    /// finalists, and that the winner holds all. A winner that fails, or has no score, where the incumbent has one, holds
    /// limits by doing less.
    func preferringHeldLimits(
        _ verdict: Verdict, of winner: [Evaluation], against incumbent: [Evaluation], finalists: Int, level: Double
    ) -> Verdict {
        let limits = limits
        let share = level / Double(max(1, limits.count * finalists))
        func done(_ runs: [Evaluation]) -> Int { runs.count { !$0.hasFailed && gateScore($0) != nil } }
        guard verdict.decision != .promote, verdict.count > 0,
            done(winner) >= done(incumbent),
            let broken = limits.first(where: { $0.isShownToBreak(for: incumbent, level: share) }),
            limits.allSatisfy({ $0.isShownToHold(for: winner) }),
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
