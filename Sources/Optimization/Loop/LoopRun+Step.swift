import Evaluation
import LanguageModels
import Synchronization
import TraceGraph

extension LoopRun {
    /// One turn: choose a parent, have changes proposed, try them as the optimizer's rule says, keep what is better.
    ///
    /// - Parameter commits: Whether the step is written down at its end.
    mutating func turn(_ index: Int, commits: Bool = true) async throws {
        step = StepInProgress(index: index)
        let before = best.id
        let parent = nextParent(index)
        event(.stepStarted(step: index, parent: parent.id))
        let rule = optimizer.trialRule
        let batch = rule == .whole ? [] : sampler.next(loop.plan.minibatch)
        let observed = try await evaluate(parent, on: batch, split: "train")
        if !batch.isEmpty {
            event(
                .minibatch(
                    step: index, score: observed.meanScore ?? 0, failures: FailureTally(observed)?.failures ?? 0,
                    examples: observed.count))
        }
        var trials: [Trial] = []
        for (candidate, proposal) in try await proposals(for: parent, from: observed) {
            let minibatch = try await evaluate(candidate, on: batch, split: "train")
            let comparison = Comparison(minibatch, against: observed, by: ranking)
            if !batch.isEmpty { report(candidate, minibatch, comparison, split: "train") }
            trials.append(
                Trial(
                    candidate: candidate, proposal: proposal, minibatch: minibatch, validation: [],
                    fate: .rejected("not better on the minibatch: \(comparison.spelled)")))
        }
        let hasGained =
            switch rule {
            case .race: try await choose(from: &trials, observed: observed) != nil
            case .pool, .whole: try await admit(&trials, batch: batch)
            }
        close(trials)
        optimizer.observe(trials)
        let hasChanged = takeWinner(index)
        // A candidate that is taken and given back again in one step is no gain.
        let isBack = hasChanged && best.id == before
        stepsWithoutGain = (hasGained || hasChanged) && !isBack ? 0 : stepsWithoutGain + 1
        ranking.update(seeing: bestValidation)
        event(.stepFinished(step: index, best: best.id, score: bestScore, spend: loop.ledger.spent))
        if commits { try commit() }
    }

    /// The candidate that the optimizer goes on from; the best one where it names none that was tried.
    private func nextParent(_ index: Int) -> Candidate { candidate(optimizer.parent(in: pool(index))) ?? best }

    private func pool(_ index: Int) -> CandidatePool {
        CandidatePool(
            tried: tried, best: best, validationCount: loop.splits.validation.count,
            random: random.stream("parent").stream("step \(index)"), directions: directions, constraints: limits)
    }

    /// The limits that come before any score. Those that have a price are part of the score: they may be bought.
    var limits: [MetricConstraint] {
        let objective = loop.evaluator.objective
        return objective.limitRule == .first ? objective.constraints : []
    }

    private var directions: [String: MetricDirection] {
        Dictionary(
            loop.evaluator.objective.terms.map { ($0.metric, $0.direction) }, uniquingKeysWith: { first, _ in first })
    }

    /// What candidates were run on of the train split, without repeats.
    private var trainRuns: [Candidate.ID: [Evaluation]] {
        var runs: [Candidate.ID: [Evaluation]] = [:]
        for candidate in tried.map(\.candidate) + made {
            let own = loop.splits.train.compactMap { memory[EvaluationKey(candidate.id, $0)] }
            if !own.isEmpty { runs[candidate.id] = own }
        }
        return runs
    }

    /// Makes that candidate the best one which the optimizer holds for it, where it has a judgement of its own.
    ///
    /// - Returns: Whether the best one is another now.
    private mutating func takeWinner(_ index: Int) -> Bool {
        let pool = pool(index)
        guard let id = optimizer.winner(in: pool), id != best.id,
            let chosen = pool.validated.first(where: { $0.candidate.id == id })
        else { return false }
        let note = OptimizerNote(.remark, "\(Method.name) holds \(id) for better than \(best.id), on all it has seen")
        step.notes.append(note)
        event(.note(step: index, note))
        best = chosen.candidate
        bestValidation = chosen.validation
        return true
    }

    /// A candidate that was tried, or run on the workbench.
    func candidate(_ id: Candidate.ID) -> Candidate? {
        tried.first { $0.candidate.id == id }?.candidate ?? made.first { $0.id == id }
    }

    /// What the optimizer proposes, as candidates with numbers of their own.
    private mutating func proposals(
        for parent: Candidate, from observed: [Evaluation]
    ) async throws -> [(Candidate, Proposal)] {
        let notes = Mutex<[OptimizerNote]>([])
        let preferences = Mutex<[PreferencePair]>([])
        let bench = WorkbenchLog(next: nextCandidate, known: tried.map(\.candidate) + made, memory: memory)
        let ownScore = tried.first { $0.candidate.id == parent.id }?.validation.meanScore
        var context = ProposalContext(
            step: step.index, parameters: loop.evaluator.subject.parameters, objective: loop.purpose, parent: parent,
            evaluations: observed, parentScore: parent.id == best.id ? bestScore : ownScore ?? bestScore,
            scale: loop.scale, expectations: loop.expectations, history: tried,
            validationCount: loop.splits.validation.count,
            workbench: bench.workbench(for: loop, parent: parent, optimizer: Method.name),
            siblings: loop.plan.siblings, model: StoppableModel(base: loop.model, signal: loop.signal),
            modelName: loop.modelName, random: random.stream("optimizer").stream("step \(step.index)"),
            objection: { [subject = loop.evaluator.subject] value, parameter in
                try await subject.objection(to: value, for: parameter)
            },
            report: { [emit, index = step.index] note in
                notes.withLock { $0.append(note) }
                emit(.note(step: index, note))
            })
        context.prefer = { preference in preferences.withLock { $0.append(preference) } }
        context.callsSpent = { [ledger = loop.ledger] in ledger.spent.calls }
        context.canAfford = { [ledger = loop.ledger, callsOfStep = callsOfStep, siblings = loop.plan.siblings] turn in
            ledger.canAfford(calls: callsOfStep(turn, siblings))
        }
        context.trainRuns = trainRuns
        context.directions = directions
        context.constraints = limits
        let proposals = try await optimizer.propose(context)
        let told = notes.withLock { $0 }
        step.notes += told
        step.preferences += preferences.withLock { $0 }
        step.events += told.map { .note(step: step.index, $0) }
        takeOver(bench.made)
        return proposals.compactMap { candidate(for: $0, or: parent) }
    }

    /// What was run on the workbench belongs to the step.
    private mutating func takeOver(_ made: WorkbenchLog.Made) {
        nextCandidate = made.next
        self.made += made.candidates
        step.candidates += made.candidates
        for (key, evaluation) in made.evaluations where memory.updateValue(evaluation, forKey: key) == nil {
            step.evaluations.append(SplitEvaluation(split: "train", evaluation: evaluation))
        }
        step.evaluations += made.reruns.map { SplitEvaluation(split: "rerun", evaluation: $0) }
    }

    /// Nil for values that were tried before.
    private mutating func candidate(for proposal: Proposal, or parent: Candidate) -> (Candidate, Proposal)? {
        let base = self.candidate(proposal.parent) ?? parent
        let values = base.values.merging(proposal.changes) { _, new in new }
        let losses = Placeholders.losses(of: values, from: seed, loop.evaluator.subject.parameters)
        if !losses.isEmpty {
            let note = OptimizerNote(.refused, losses.joined(separator: "; ") + "; such values are not tried")
            step.notes.append(note)
            event(.note(step: step.index, note))
            return nil
        }
        if let known = (tried.map(\.candidate) + step.proposed).first(where: { $0.values == values }) {
            let note = OptimizerNote(.refused, "the values proposed are those of \(known.id); they are not tried twice")
            step.notes.append(note)
            event(.note(step: step.index, note))
            return nil
        }
        let candidate: Candidate
        if let other = made.first(where: { $0.values == values }) {
            candidate = other
        } else {
            candidate = Candidate(
                id: Candidate.ID(nextCandidate), values: values, parents: [base.id] + proposal.others,
                origin: proposal.rationale)
            nextCandidate += 1
            step.candidates.append(candidate)
        }
        step.proposed.append(candidate)
        event(
            .proposed(
                step: step.index, candidate: candidate.id, intent: proposal.intent,
                changes: candidate.changes(from: base), rationale: proposal.rationale))
        return (candidate, proposal)
    }

    mutating func report(
        _ candidate: Candidate, _ evaluations: [Evaluation], _ comparison: Comparison, split: String
    ) {
        event(
            .evaluated(
                step: step.index, candidate: candidate.id, split: split, score: evaluations.meanScore ?? 0,
                examples: evaluations.count, difference: comparison.mean, halfWidth: comparison.halfWidth))
    }

    private mutating func close(_ trials: [Trial]) {
        for trial in trials {
            let evaluations = trial.validation.isEmpty ? trial.minibatch : trial.validation
            let (candidate, score) = (trial.candidate, evaluations.meanScore)
            var wasAccepted = false
            switch trial.fate {
            case .accepted(let reason):
                wasAccepted = true
                event(.accepted(step: step.index, candidate: candidate.id, score: score ?? 0, reason: reason))
            case .kept(let reason):
                event(.kept(step: step.index, candidate: candidate.id, score: score ?? 0, reason: reason))
            case .rejected(let reason):
                event(.rejected(step: step.index, candidate: candidate.id, reason: reason))
            }
            tried.append(
                TriedCandidate(
                    candidate: candidate, score: score, examples: evaluations.count, wasAccepted: wasAccepted,
                    validation: trial.validation))
        }
    }
}
