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
        if index > loop.course.steps, let count = assignmentsTried {
            return stop("all \(count) assignments were tried")
        }
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
        // They are in the stop.
        lostCount = loop.lost.count
        loop.ledger.conclude(answered)
    }

    /// What the next step is going to need; where methods take turns, or one can do with less, the least of it.
    private var callsOfNextStep: Int {
        let turns = optimizer.outlook(
            for: loop.evaluator.subject.parameters, train: loop.splits.train.count, siblings: loop.plan.siblings)
        let own = StepOutlook(
            trialRule: optimizer.trialRule, modelCalls: optimizer.modelCalls(proposing: loop.plan.siblings),
            workbenchRuns: optimizer.workbenchRuns(train: loop.splits.train.count))
        let needs = callsOfStep
        return (turns.isEmpty ? [own] : turns).map { needs($0, 1 + loop.plan.siblings) }.min() ?? 0
    }

    /// What a step needs when one of its candidates goes through the whole validation split, as far as the baseline tells
    /// how many calls an example takes, by what its method may ask and by how many candidates are run on the minibatch.
    ///
    /// What the method asks by itself is taken from the steps so far, with room for twice that: a part of the budget that
    /// only the worst case needs would be left unused.
    var callsOfStep: @Sendable (StepOutlook, Int) -> Int {
        let (validation, minibatch) = (loop.splits.validation.count, loop.plan.minibatch)
        let (callsPerExample, callsPerRun) = (callsPerExample, callsPerRun)
        let part = min(1, 2 * (partAsked ?? 1))
        return { turn, candidates in
            let examples = (turn.trialRule == .whole ? 0 : minibatch * candidates) + validation
            let own = Double(turn.workbenchRuns * callsPerRun + turn.modelCalls) * part
            return examples * callsPerExample + Int(own.rounded(.up))
        }
    }

    /// The most that the method asks by itself in the next step: questions, and runs of examples of its own.
    var mostOwnCalls: Int {
        optimizer.workbenchRuns(train: loop.splits.train.count) * callsPerRun
            + optimizer.modelCalls(proposing: loop.plan.siblings)
    }

    /// How long both candidates on the hold-out are going to take, from how long the best one's validation took, with a
    /// fifth to spare. Replies from a cache count with the time they once took.
    var gateTime: Duration {
        guard !bestValidation.isEmpty else { return .zero }
        let busy = bestValidation.reduce(0) { $0 + max($1.trace.duration, $1.trace.modelTime) }
        let each =
            Duration.nanoseconds(busy) / bestValidation.count / min(loop.evaluator.concurrency, bestValidation.count)
        return each * ((1 + loop.gate.finalists) * loop.splits.holdout.count * repeats) * 1.2
    }

    /// The gate's finding: the best candidate against the first on the hold-out, which nothing has seen before.
    ///
    /// - Returns: The finding, and whether the budget cut the gate short.
    mutating func verdict(after stop: RecordedStop) async throws -> (finding: Verdict, wasCut: Bool) {
        guard best.id != seed.id else {
            // The hold-out stays unseen: there is nothing to decide.
            return (loop.gate.verdict(for: ScoreSheet(), against: ScoreSheet(), isUnchanged: true), false)
        }
        loop.monitor?.pause()
        let recorded = loop.course.stop.flatMap { $0.step == stop.step ? $0.gate : nil }
        if let recorded { loop.ledger.admitOnly(recorded) }
        let before = loop.ledger.entryCount
        do {
            let looks = try loop.journal.earlierLooks(at: loop.splits.holdout)
            let runs = try await onHoldout()
            return (finding(runs.incumbent, among: runs.finalists, after: looks), false)
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

    /// The finding on the finalist that is chosen, which is the best candidate from here on.
    private mutating func finding(
        _ incumbent: [Evaluation], among finalists: [Finalist], after looks: HoldoutLooks
    ) -> Verdict {
        var gate = loop.gate
        gate.alpha = gate.level(ofLook: looks.next)
        let costs = Gate.Finalist.costs(
            dollars: finalists.map(\.holdout.meanCost), tokens: finalists.map(\.holdout.meanTokens))
        let tested = zip(finalists, costs).map { finalist, cost in
            Gate.Finalist(ScoreSheet(finalist.holdout, score: gateScore), cost: cost)
        }
        // Who breaks a limit is no choice where another holds it; several chances to hold one by luck share its delta.
        let verdicts = zip(
            finalists, gate.verdicts(for: tested, against: ScoreSheet(incumbent, score: gateScore))
        ).map { finalist, verdict in
            verdict.holding(
                gate.ceilings.map { ceiling in
                    var ceiling = ceiling
                    ceiling.delta /= Double(finalists.count)
                    return ceiling.verdict(for: ScoreSheet(finalist.holdout, quantity: ceiling.metric))
                })
        }.enumerated().map { place, verdict in
            preferringHeldLimits(
                verdict, of: finalists[place].holdout, against: incumbent, finalists: finalists.count, level: gate.alpha
            )
        }
        let place = gate.choice(among: tested, verdicts, thrifty: gate.isThrifty) ?? 0
        guard verdicts.indices.contains(place) else {
            return loop.gate.verdict(for: ScoreSheet(), against: ScoreSheet())
        }
        var verdict = verdicts[place]
        if finalists.count > 1 {
            verdict.reasons.append(
                "\(finalists[place].candidate.id) of \(finalists.count) finalists: "
                    + finalists.map(\.candidate.id.description).joined(separator: ", "))
        }
        best = finalists[place].candidate
        bestValidation = finalists[place].validation
        let winner = finalists[place].holdout
        let objective = loop.evaluator.objective
        let source = AlarmSource(
            parameters: loop.evaluator.subject.parameters, seed: seed, winner: best, train: loop.splits.train,
            expectedField: loop.expectations?.field, validation: bestValidation, holdout: winner, incumbent: incumbent,
            history: tried, objective: objective.terms, limits: objective.constraints,
            hasPricedLimits: objective.limitRule != .first,
            directions: Dictionary(
                loop.evaluator.metrics.map { ($0.name, $0.direction) }, uniquingKeysWith: { first, _ in first }),
            scale: loop.scale,
            trainRuns: loop.splits.train.compactMap { memory[EvaluationKey(best.id, $0)] })
        verdict.alarms += source.alarms
        let errors = source.errors
        if !errors.isEmpty {
            verdict.alarms += errors
            verdict.decision = .keep
            verdict.reasons = errors + verdict.reasons
        }
        verdict.alarms += disagreements(winner, incumbent) + circumstances(looks)
        verdict.noise = noise(of: best, on: loop.splits.holdout, gateScore)
        verdict.expense = Verdict.Expense(
            incumbentTokens: incumbent.meanTokens, winnerTokens: winner.meanTokens,
            incumbentCost: incumbent.meanCost, winnerCost: winner.meanCost)
        if loop.expectations != nil {
            verdict.evidence = Verdict.Evidence(incumbent: incumbent.meanEvidence, winner: winner.meanEvidence)
        }
        return verdict
    }

    /// What the gate looks at: the objective's own scores, or what the gate's metric said.
    var gateScore: (Evaluation) -> Double? {
        let metric = loop.gate.metric
        guard metric == Objective.name, !loop.evaluator.metrics.contains(where: { $0.name == metric }) else {
            return { $0.scores[metric]?.value }
        }
        return \.score
    }

    /// What makes the finding doubtful whatever the winner is: that others were tested on the same hold-out before, and that
    /// selection saw executions only in part.
    private func circumstances(_ looks: HoldoutLooks) -> [String] {
        var found = [loop.gate.warning(after: looks.runs)].compactMap { $0 }
        if looks.scored > 0 {
            found.append(
                "\(looks.scored) of the \(loop.splits.holdout.count) hold-out examples were scored by eval before; what was "
                    + "seen there must not have changed anything since")
        }
        let givenUp = memory.values.count { RiskMonitor.wasGivenUp($0.trace) }
        if givenUp > 0 {
            found.append(
                "\(givenUp) of \(memory.count) executions were given up between steps, as good as lost; candidates were "
                    + "chosen by what the rest came to")
        }
        return found
    }

    /// A candidate that goes to the hold-out.
    private struct Finalist {
        let candidate: Candidate
        let validation: [Evaluation]
        var holdout: [Evaluation] = []
    }

    /// The best candidate, and after it those that come nearest on validation.
    private var finalists: [Finalist] {
        let others = tried.filter { tried in
            tried.candidate.id != best.id && tried.candidate.id != seed.id
                && tried.validation.count == loop.splits.validation.count
        }.sorted { a, b in
            let (one, other) = (standing(of: a), standing(of: b))
            return one == other ? a.candidate.id < b.candidate.id : one > other
        }
        return [Finalist(candidate: best, validation: bestValidation)]
            + others.prefix(loop.gate.finalists - 1)
            .map { Finalist(candidate: $0.candidate, validation: $0.validation) }
    }

    /// As candidates compare while searching, so that who breaks a limit, or is worse at the worst, comes last here too.
    private func standing(of tried: TriedCandidate) -> FeasibleStanding {
        guard !loop.evaluator.objective.isPlain else {
            return FeasibleStanding(violation: 0, reward: tried.validation.rank)
        }
        let worst = tried.validation.compactMap(\.score).min() ?? -.infinity
        return ranking.standing(of: tried.validation, countingGapsAs: worst)
    }

    /// Where the metrics of an objective with several speak against each other on the hold-out.
    private func disagreements(_ winner: [Evaluation], _ incumbent: [Evaluation]) -> [String] {
        let terms = loop.evaluator.objective.terms
        guard terms.count > 1 else { return [] }
        func scores(_ evaluations: [Evaluation]) -> [String: [String: Double]] {
            Dictionary(
                evaluations.map { ($0.example.id, $0.scores.mapValues(\.value)) },
                uniquingKeysWith: { first, _ in first })
        }
        return MetricDisagreement.table(of: terms, new: scores(winner), old: scores(incumbent)).compactMap(\.summary)
    }

    private mutating func onHoldout() async throws -> (incumbent: [Evaluation], finalists: [Finalist]) {
        guard let earmark else { return try await runOnHoldout() }
        var run = self
        let runs = try await earmark.use { try await run.runOnHoldout() }
        self = run
        earmark.release()
        return runs
    }

    private mutating func runOnHoldout() async throws -> (incumbent: [Evaluation], finalists: [Finalist]) {
        let incumbent = try await evaluate(seed, on: loop.splits.holdout, split: "holdout")
        var finalists = finalists
        for place in finalists.indices {
            finalists[place].holdout = try await evaluate(
                finalists[place].candidate, on: loop.splits.holdout, split: "holdout")
        }
        return (incumbent, finalists)
    }
}
