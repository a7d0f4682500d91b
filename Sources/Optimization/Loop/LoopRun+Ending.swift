import Evaluation
import LanguageModels
import TraceGraph

extension LoopRun {
    /// Why the loop should not take step `index`; nil when it should.
    func stopReason(before index: Int) -> String? {
        if let recorded = loop.plan.recordedStop, index > recorded.step { return recorded.reason }
        if let reason = loop.stopRule() { return reason }
        if let perfect = loop.plan.perfectScore, bestScore >= perfect { return "perfect score on validation" }
        if let patience = loop.plan.patience, stepsWithoutGain >= patience {
            return "no gain in \(patience) steps"
        }
        if loop.splits.train.isEmpty { return "no train examples" }
        if let seconds = loop.ledger.remaining.seconds {
            let needed = (longestStep + gateTime) / .seconds(1)
            if seconds <= needed * 1.2 { return "time budget" }
        }
        if !loop.ledger.canAfford(calls: callsOfNextStep) { return "call budget" }
        return nil
    }

    /// What the next step is going to need when one of its candidates goes through the whole validation split, as far as
    /// the baseline tells how many calls an example takes.
    private var callsOfNextStep: Int {
        let minibatch = optimizer.trialRule == .whole ? 0 : loop.plan.minibatch
        let examples = minibatch * (1 + loop.plan.siblings) + loop.splits.validation.count
        let probes = optimizer.workbenchRuns(train: loop.splits.train.count)
        return (examples + probes) * callsPerExample + optimizer.modelCalls(proposing: loop.plan.siblings)
    }

    /// How long both candidates on the hold-out are going to take, from how long the baseline took.
    private var gateTime: Duration {
        guard !bestValidation.isEmpty else { return .zero }
        let busy = bestValidation.reduce(0) { $0 + $1.trace.duration }
        let each =
            Duration.nanoseconds(busy) / bestValidation.count / min(loop.evaluator.concurrency, bestValidation.count)
        return each * (2 * loop.splits.holdout.count)
    }

    /// The gate's finding: the best candidate against the first on the hold-out, which nothing has seen before.
    mutating func verdict(using earmark: Earmark?) async throws -> Verdict {
        guard best.id != seed.id else {
            // The hold-out stays unseen: there is nothing to decide.
            return loop.gate.verdict(for: ScoreSheet(), against: ScoreSheet(), isUnchanged: true)
        }
        var pairs: (incumbent: [Evaluation], winner: [Evaluation]) = ([], [])
        do {
            pairs = try await onHoldout(using: earmark)
        } catch ModelError.Code.budgetExhausted {
            var verdict = loop.gate.verdict(for: ScoreSheet(), against: ScoreSheet())
            verdict.reasons = ["the budget was exhausted before both candidates were run on the hold-out; raise it"]
            return verdict
        }
        var verdict = loop.gate.verdict(
            for: ScoreSheet(pairs.winner, metric: loop.gate.metric),
            against: ScoreSheet(pairs.incumbent, metric: loop.gate.metric))
        verdict.alarms +=
            AlarmSource(
                parameters: loop.evaluator.subject.parameters, seed: seed, winner: best, train: loop.splits.train,
                expectedField: loop.expectations?.field, validation: bestValidation, holdout: pairs.winner,
                incumbent: pairs.incumbent
            ).alarms
        verdict = verdict.holding(
            loop.gate.ceilings.map { $0.verdict(for: ScoreSheet(pairs.winner, quantity: $0.metric)) })
        verdict.expense = Verdict.Expense(
            incumbentTokens: pairs.incumbent.meanTokens, winnerTokens: pairs.winner.meanTokens,
            incumbentCost: pairs.incumbent.meanCost, winnerCost: pairs.winner.meanCost)
        return verdict
    }

    private mutating func onHoldout(
        using earmark: Earmark?
    ) async throws -> (incumbent: [Evaluation], winner: [Evaluation]) {
        if let earmark {
            var run = self
            let pairs = try await earmark.use { try await run.onHoldout() }
            self = run
            earmark.release()
            return pairs
        }
        return try await onHoldout()
    }

    private mutating func onHoldout() async throws -> (incumbent: [Evaluation], winner: [Evaluation]) {
        let incumbent = try await evaluate(seed, on: loop.splits.holdout, split: "holdout")
        let winner = try await evaluate(best, on: loop.splits.holdout, split: "holdout")
        return (incumbent, winner)
    }
}
