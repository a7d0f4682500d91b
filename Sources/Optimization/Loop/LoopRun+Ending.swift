import Evaluation
import LanguageModels
import TraceGraph

extension LoopRun {
    /// Why the loop should not take step `index`; nil when it should.
    func stop(before index: Int) -> RecordedStop? {
        func stop(_ reason: String, isBudget: Bool = false) -> RecordedStop {
            RecordedStop(step: index, reason: reason, isBudget: isBudget)
        }
        if index > loop.course.steps, let reason = loop.stopRule() { return stop(reason) }
        if let perfect = loop.plan.perfectScore, bestScore >= perfect { return stop("perfect score on validation") }
        if let patience = loop.plan.patience, stepsWithoutGain >= patience {
            return stop("no gain in \(patience) steps")
        }
        if loop.splits.train.isEmpty { return stop("no train examples") }
        if index > loop.course.steps, let seconds = loop.ledger.remaining.seconds,
            seconds <= longestStep / .seconds(1) * 1.2
        {
            return stop("time budget", isBudget: true)
        }
        if loop.ledger.budget != .unlimited, earmark == nil {
            return stop("the budget does not reach for the hold-out", isBudget: true)
        }
        if !loop.ledger.canAfford(calls: callsOfNextStep) { return stop(cap(before: callsOfNextStep), isBudget: true) }
        return nil
    }

    /// Which cap has no room for so many calls.
    private func cap(before calls: Int) -> String {
        if let left = loop.ledger.remaining.calls, left < calls { return "call budget" }
        return loop.ledger.budget.tokens == nil
            ? "cost budget" : loop.ledger.budget.cost == nil ? "token budget" : "token or cost budget"
    }

    /// Writes down where the run stops, unless it is known already.
    func stopped(_ stop: RecordedStop) throws -> RecordedStop {
        try loop.journal.stop(stop)
        return stop
    }

    /// Does again what was done of a step that the budget cut short, for the same events and the same spend.
    mutating func repeatCut(_ stop: RecordedStop) async throws {
        guard let answered = stop.cut else { return }
        let kept = self
        loop.ledger.admitOnly(answered)
        do {
            try await turn(stop.step, commits: false)
        } catch ModelError.Code.budgetExhausted {
            // As it was when the step was cut.
        }
        self = kept
        loop.ledger.conclude(answered)
    }

    /// What the next step is going to need when one of its candidates goes through the whole validation split, as far as
    /// the baseline tells how many calls an example takes.
    private var callsOfNextStep: Int {
        let minibatch = optimizer.trialRule == .whole ? 0 : loop.plan.minibatch
        let examples = minibatch * (1 + loop.plan.siblings) + loop.splits.validation.count
        return examples * callsPerExample + optimizer.modelCalls(proposing: loop.plan.siblings)
    }

    /// How long both candidates on the hold-out are going to take, from how long the best one's validation took, with a
    /// fifth to spare. Replies from a cache count with the time they once took.
    var gateTime: Duration {
        guard !bestValidation.isEmpty else { return .zero }
        let busy = bestValidation.reduce(0) { $0 + max($1.trace.duration, $1.trace.modelTime) }
        let each =
            Duration.nanoseconds(busy) / bestValidation.count / min(loop.evaluator.concurrency, bestValidation.count)
        return each * (2 * loop.splits.holdout.count) * 1.2
    }

    /// The gate's finding: the best candidate against the first on the hold-out, which nothing has seen before.
    ///
    /// - Returns: The finding, and whether the budget cut the gate short.
    mutating func verdict(after stop: RecordedStop) async throws -> (finding: Verdict, wasCut: Bool) {
        guard best.id != seed.id else {
            // The hold-out stays unseen: there is nothing to decide.
            return (loop.gate.verdict(for: ScoreSheet(), against: ScoreSheet(), isUnchanged: true), false)
        }
        let recorded = loop.course.stop.flatMap { $0.step == stop.step ? $0.gate : nil }
        if let recorded { loop.ledger.admitOnly(recorded) }
        let before = loop.ledger.entryCount
        do {
            let pairs = try await onHoldout()
            return (finding(pairs.incumbent, pairs.winner), false)
        } catch ModelError.Code.budgetExhausted {
            if let recorded { loop.ledger.conclude(recorded) }
            var stop = stop
            stop.gate = recorded ?? loop.ledger.entries(after: before)
            try loop.journal.stop(stop)
            var verdict = loop.gate.verdict(for: ScoreSheet(), against: ScoreSheet())
            verdict.reasons = ["the budget was exhausted before both candidates were run on the hold-out; raise it"]
            return (verdict, true)
        }
    }

    private func finding(_ incumbent: [Evaluation], _ winner: [Evaluation]) -> Verdict {
        var verdict = loop.gate.verdict(
            for: ScoreSheet(winner, metric: loop.gate.metric),
            against: ScoreSheet(incumbent, metric: loop.gate.metric))
        verdict.alarms +=
            AlarmSource(
                parameters: loop.evaluator.subject.parameters, seed: seed, winner: best, train: loop.splits.train,
                expectedField: loop.expectations?.field, validation: bestValidation, holdout: winner,
                incumbent: incumbent
            ).alarms
        verdict = verdict.holding(
            loop.gate.ceilings.map { $0.verdict(for: ScoreSheet(winner, quantity: $0.metric)) })
        verdict.expense = Verdict.Expense(
            incumbentTokens: incumbent.meanTokens, winnerTokens: winner.meanTokens,
            incumbentCost: incumbent.meanCost, winnerCost: winner.meanCost)
        return verdict
    }

    private mutating func onHoldout() async throws -> (incumbent: [Evaluation], winner: [Evaluation]) {
        guard let earmark else { return try await runOnHoldout() }
        var run = self
        let pairs = try await earmark.use { try await run.runOnHoldout() }
        self = run
        earmark.release()
        return pairs
    }

    private mutating func runOnHoldout() async throws -> (incumbent: [Evaluation], winner: [Evaluation]) {
        let incumbent = try await evaluate(seed, on: loop.splits.holdout, split: "holdout")
        let winner = try await evaluate(best, on: loop.splits.holdout, split: "holdout")
        return (incumbent, winner)
    }
}
