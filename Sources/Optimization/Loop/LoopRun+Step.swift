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
                step: index, score: observed.meanScore ?? 0, failures: observed.failures, examples: observed.count))
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
        // The best of the siblings first, so that the others race against it.
        let order = trials.indices.sorted { a, b in
            let (a, b) = (trials[a], trials[b])
            let first = (a.minibatch.meanScore ?? 0, a.minibatch.meanEvidence)
            let second = (b.minibatch.meanScore ?? 0, b.minibatch.meanEvidence)
            return first == second ? a.candidate.id < b.candidate.id : first > second
        }
        var winner: Int?
        for place in order {
            let trial = trials[place]
            let first = Comparison(trial.minibatch, against: observed)
            guard first.isBetter || (place == order.first && first.isPromising) else { continue }
            trials[place].validation = try await race(trial.candidate)
            let whole = trials[place].validation.count == loop.splits.validation.count
            let comparison = Comparison(trials[place].validation, against: bestValidation)
            report(trial.candidate, trials[place].validation, comparison, split: "validation")
            guard whole, comparison.isBetter else {
                trials[place].fate = .rejected(
                    whole
                        ? "not better on validation: \(comparison.spelled)"
                        : "behind on validation after \(comparison.count) examples: \(comparison.spelled)")
                continue
            }
            if let winner {
                trials[winner].fate = .rejected("\(trial.candidate.id), its sibling, is better on validation")
            }
            winner = place
            best = trial.candidate
            bestValidation = trials[place].validation
            trials[place].fate = .accepted(comparison.spelled)
        }
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
            evaluations: observed, parentScore: bestScore, expectations: loop.expectations, history: tried,
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

    /// Runs `candidate` on the validation split, a part at a time, and gives up once it is clearly behind.
    private mutating func race(_ candidate: Candidate) async throws -> [Evaluation] {
        let examples = loop.splits.validation
        var results: [Evaluation] = []
        let lap = 12
        for start in stride(from: 0, to: examples.count, by: lap) {
            let part = Array(examples[start..<min(start + lap, examples.count)])
            results += try await evaluate(candidate, on: part, split: "validation")
            if results.count < examples.count, Comparison(results, against: bestValidation).isHopeless { break }
        }
        return results
    }

    private mutating func report(
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

extension [Evaluation] {
    /// How many fell short of the best score among what is possible: failed runs, and scores of 0 or below.
    var failures: Int { count { $0.trace.outcome.name == "failed" || ($0.score ?? 0) <= 0 } }
}
