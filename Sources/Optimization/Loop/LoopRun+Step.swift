import Evaluation
import LanguageModels
import Synchronization
import TraceGraph

extension LoopRun {
    /// One turn: look at a minibatch, have changes proposed, try them, keep the best if it is better.
    mutating func turn(_ index: Int) async throws {
        step = StepInProgress(index: index)
        event(.stepStarted(step: index, parent: best.id))
        let batch = sampler.next(loop.plan.minibatch)
        let observed = try await evaluate(best, on: batch, split: "train")
        event(
            .minibatch(
                step: index, score: observed.meanScore ?? 0, failures: FailureTally(observed)?.failures ?? 0,
                examples: observed.count))
        let parent = best
        var trials: [Trial] = []
        for (candidate, proposal) in try await proposals(for: parent, from: observed) {
            let minibatch = try await evaluate(candidate, on: batch, split: "train")
            let comparison = Comparison(minibatch, against: observed)
            report(candidate, minibatch, comparison, split: "train")
            trials.append(
                Trial(
                    candidate: candidate, proposal: proposal, minibatch: minibatch, validation: [],
                    fate: .rejected("not better on the minibatch: \(comparison.spelled)")))
        }
        let winner = try await choose(from: &trials, observed: observed)
        close(trials, parent: parent)
        stepsWithoutGain = winner == nil ? stepsWithoutGain + 1 : 0
        optimizer.observe(trials)
        event(.stepFinished(step: index, best: best.id, score: bestScore, spend: loop.ledger.spent))
        try commit()
    }

    /// What the optimizer proposes, as candidates with numbers of their own.
    private mutating func proposals(
        for parent: Candidate, from observed: [Evaluation]
    ) async throws -> [(Candidate, Proposal)] {
        let notes = Mutex<[OptimizerNote]>([])
        let context = ProposalContext(
            step: step.index, parameters: loop.evaluator.subject.parameters, objective: loop.purpose, parent: parent,
            evaluations: observed, parentScore: bestScore, scale: loop.scale, expectations: loop.expectations,
            history: tried,
            siblings: loop.plan.siblings,
            model: StoppableModel(base: loop.model, signal: loop.signal), modelName: loop.modelName,
            random: random.stream("optimizer").stream("step \(step.index)"),
            objection: { [subject = loop.evaluator.subject] value, parameter in
                try await subject.objection(to: value, for: parameter)
            },
            report: { [emit, index = step.index] note in
                notes.withLock { $0.append(note) }
                emit(.note(step: index, note))
            })
        let proposals = try await optimizer.propose(context)
        let told = notes.withLock { $0 }
        step.notes += told
        step.events += told.map { .note(step: step.index, $0) }

        var candidates: [(Candidate, Proposal)] = []
        for proposal in proposals {
            let values = parent.values.merging(proposal.changes) { _, new in new }
            let isKnown = (tried.map(\.candidate) + candidates.map(\.0)).contains { $0.values == values }
            guard !isKnown else { continue }
            let candidate = Candidate(
                id: Candidate.ID(nextCandidate), values: values, parents: [parent.id], origin: proposal.rationale)
            nextCandidate += 1
            candidates.append((candidate, proposal))
            step.candidates.append(candidate)
            event(
                .proposed(
                    step: step.index, candidate: candidate.id, intent: proposal.intent,
                    changes: candidate.changes(from: parent), rationale: proposal.rationale))
        }
        return candidates
    }

    mutating func report(
        _ candidate: Candidate, _ evaluations: [Evaluation], _ comparison: Comparison, split: String
    ) {
        event(
            .evaluated(
                step: step.index, candidate: candidate.id, split: split, score: evaluations.meanScore ?? 0,
                examples: evaluations.count, difference: comparison.mean, halfWidth: comparison.halfWidth))
    }

    private mutating func close(_ trials: [Trial], parent: Candidate) {
        for trial in trials {
            let evaluations = trial.validation.isEmpty ? trial.minibatch : trial.validation
            switch trial.fate {
            case .accepted(let reason):
                tried.append(TriedCandidate(trial.candidate, evaluations, wasAccepted: true))
                event(
                    .accepted(
                        step: step.index, candidate: trial.candidate.id, score: evaluations.meanScore ?? 0,
                        reason: reason))
            case .rejected(let reason):
                tried.append(TriedCandidate(trial.candidate, evaluations, wasAccepted: false))
                event(.rejected(step: step.index, candidate: trial.candidate.id, reason: reason))
            }
        }
    }
}
