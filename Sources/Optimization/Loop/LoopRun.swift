import Evaluation
import LanguageModels
import Synchronization
import TraceGraph

/// A run under way: the loop's own state between steps.
struct LoopRun<Method: Optimizer> {
    let loop: OptimizationLoop
    var optimizer: Method
    let emit: @Sendable (RunEvent) -> Void
    let progress: @Sendable (LoopProgress) -> Void

    let random: SeededGenerator
    var sampler: MinibatchSampler
    let seed: Candidate
    var best: Candidate
    var bestValidation: [Evaluation] = []
    var tried: [TriedCandidate] = []
    /// What optimizers ran on their workbench.
    var made: [Candidate] = []
    var nextCandidate = 1
    var stepsWithoutGain = 0
    /// What candidates compare by.
    var ranking: Ranking
    /// Everything run so far; an evaluation is never run twice.
    var memory: [EvaluationKey: Evaluation] = [:]
    var step = StepInProgress(index: 0)
    /// The longest step so far, to know whether another one fits the time that is left.
    var longestStep: Duration = .zero
    /// The calls of a step as a part of what its method might have asked by itself, at the highest; nil before a step that
    /// asked anything. Methods differ in what they might ask, so that the part is what tells of the next step.
    var partAsked: Double?
    /// Whether the requests that failed in earlier attempts are counted.
    var countsEarlierFailures = false
    /// How many lost calls are written down.
    var lostCount: Int
    /// How often an example is run.
    var repeats: Int
    /// Model calls of one run of an example, judges included, rounded up from what the baseline took.
    var callsPerRun = 0
    /// What is set aside for the gate.
    var earmark: Earmark?

    init(
        _ loop: OptimizationLoop, optimizer: Method, events: @escaping @Sendable (RunEvent) -> Void,
        progress: @escaping @Sendable (LoopProgress) -> Void
    ) {
        self.loop = loop
        self.optimizer = optimizer
        self.emit = events
        self.progress = progress
        self.random = SeededGenerator(seed: loop.plan.seed)
        self.sampler = MinibatchSampler(loop.splits.train, random: random.stream("minibatch"))
        self.seed = loop.evaluator.subject.parameters.seed
        self.best = seed
        self.ranking = Ranking(loop.evaluator.objective)
        self.lostCount = loop.lost.count
        self.repeats = loop.plan.repeats.first
    }

    /// Model calls of one example in all its repeats.
    var callsPerExample: Int { callsPerRun * repeats }

    var bestScore: Double { bestValidation.meanScore ?? 0 }

    /// The whole run: baseline, steps, gate.
    mutating func conclude(named record: RunRecord) async throws -> RunConclusion {
        event(
            .started(
                run: record.name, optimizer: record.optimizer, train: loop.splits.train.count,
                validation: loop.splits.validation.count, holdout: loop.splits.holdout.count,
                budget: loop.ledger.budget))
        do {
            try await baseline()
            earmark = try setAsideForGate()
            let stop = try await steps()
            event(.stopped(reason: stop.reason))
            if let front { event(.front(front)) }
            let verdict = try await verdict(after: stop)
            for line in optimizer.report(on: best, from: seed, verdict.finding) {
                let note = OptimizerNote(.remark, line)
                step.notes.append(note)
                event(.note(step: step.index, note))
            }
            event(.verdict(verdict.finding))
            try commit()
            var conclusion = conclusion(.finished, reason: stop.reason, verdict: verdict.finding)
            conclusion.isBudgetExhausted = stop.isBudget || verdict.wasCut
            conclusion.front = front
            try loop.journal.finish(conclusion)
            return conclusion
        } catch is CancellationError where loop.signal.reason != nil {
            return try interrupted()
        }
    }

    private static var noBaseline: String {
        "the budget does not even cover the first look at the validation split; raise it, or make that split smaller"
    }

    private mutating func interrupted() throws -> RunConclusion {
        let reason = loop.signal.reason ?? "interrupted"
        emit(.stopped(reason: reason))
        let conclusion = conclusion(.interrupted, reason: reason, verdict: nil)
        try loop.journal.finish(conclusion)
        return conclusion
    }

    func conclusion(_ status: RunConclusion.Status, reason: String, verdict: Verdict?) -> RunConclusion {
        RunConclusion(
            status: status, reason: reason, best: best, verdict: verdict, spend: loop.ledger.spent,
            paid: loop.ledger.paid, seconds: loop.ledger.elapsed / .seconds(1), failures: loop.ledger.failures)
    }

    /// The seed on the validation split.
    private mutating func baseline() async throws {
        step = StepInProgress(index: 0)
        step.candidates.append(seed)
        do {
            bestValidation = try await evaluate(seed, on: loop.splits.validation, split: "validation")
        } catch ModelError.Code.budgetExhausted {
            throw ModelError(.budgetExhausted, Self.noBaseline)
        }
        let runs = max(1, bestValidation.count * repeats)
        callsPerRun = (loop.ledger.spent.calls + runs - 1) / runs
        try await settleRepeats()
        tried.append(
            TriedCandidate(
                candidate: seed, score: bestValidation.meanScore, examples: bestValidation.count, wasAccepted: true,
                validation: bestValidation))
        event(.baseline(score: bestScore, examples: bestValidation.count))
        try commit()
        if let error = bestValidation.endpointFailure { throw error }
    }

    /// Room in the budget for the hold-out, which both the first and the best candidate have to be run on; nil where there
    /// is no budget, or too little.
    private func setAsideForGate() throws -> Earmark? {
        guard loop.ledger.budget != .unlimited else { return nil }
        do {
            return try loop.ledger.setAside(
                calls: (1 + loop.gate.finalists) * loop.splits.holdout.count * callsPerExample)
        } catch ModelError.Code.budgetExhausted {
            return nil
        }
    }

    private mutating func steps() async throws -> RecordedStop {
        for index in 1...max(1, loop.plan.steps) {
            if loop.signal.reason != nil { throw CancellationError() }
            if index > loop.course.steps { countEarlierFailures() }
            if let recorded = loop.course.stop, recorded.step == index {
                try await repeatCut(recorded)
                return try stopped(recorded)
            }
            earmark?.seconds = gateTime / .seconds(1)
            if let stop = stop(before: index) { return try stopped(stop) }
            let before = (
                time: loop.ledger.elapsed, entries: loop.ledger.entryCount, calls: loop.ledger.spent.calls,
                most: mostOwnCalls
            )
            let kept = self
            do {
                try await turn(index)
            } catch ModelError.Code.budgetExhausted {
                // What the step did not finish counts for nothing.
                self = kept
                let answered = loop.ledger.entries(after: before.entries)
                return try stopped(
                    RecordedStop(
                        step: index, reason: "budget exhausted", isBudget: true, cut: answered, lost: takeLost()))
            } catch {
                self = kept
                throw error
            }
            longestStep = max(longestStep, loop.ledger.elapsed - before.time)
            let calls = loop.ledger.spent.calls - before.calls
            if before.most > 0, calls > 0 { partAsked = max(partAsked ?? 0, Double(calls) / Double(before.most)) }
        }
        countEarlierFailures()
        return try stopped(
            RecordedStop(step: loop.plan.steps + 1, reason: "all \(loop.plan.steps) steps done", isBudget: false))
    }

    private mutating func countEarlierFailures() {
        guard !countsEarlierFailures else { return }
        countsEarlierFailures = true
        loop.ledger.count(failures: loop.course.failures)
    }

    /// The lost calls that are not written down yet, which they are taken to be from here on.
    private mutating func takeLost() -> [LostCall] {
        let lost = loop.lost.calls(after: lostCount)
        lostCount += lost.count
        return lost
    }

    /// Writes the step down and forgets it.
    mutating func commit() throws {
        try loop.journal.commit(
            StepRecord(
                index: step.index, events: step.events, candidates: step.candidates, evaluations: step.evaluations,
                notes: step.notes, preferences: step.preferences, optimizer: optimizer.state,
                spend: loop.ledger.spent, failures: loop.ledger.failures,
                seconds: loop.ledger.elapsed / .seconds(1), lost: takeLost()))
        loop.monitor?.learn(
            step.evaluations.filter { ["train", "validation"].contains($0.split) }.map(\.evaluation),
            isBad: { [scale = loop.scale] in scale.isBottom($0) })
        step = StepInProgress(index: step.index + 1)
    }

    mutating func event(_ event: RunEvent) {
        step.events.append(event)
        emit(event)
    }

    /// `candidate` on `examples`, as often as is asked for, what was run already taken from memory.
    ///
    /// - Returns: One evaluation an example, its repeats averaged.
    mutating func evaluate(_ candidate: Candidate, on examples: [Example], split: String) async throws -> [Evaluation] {
        let missing = (0..<repeats).map { repetition in
            examples.filter { memory[EvaluationKey(candidate.id, $0, repetition)] == nil }
        }
        let count = examples.count * repeats
        let done = Mutex(count - missing.reduce(0) { $0 + $1.count })
        var all: [Evaluation] = []
        for (repetition, missing) in missing.enumerated() where !missing.isEmpty {
            let fresh = try await loop.evaluator.evaluate(
                candidate, on: missing, repetition: repetition,
                mayStart: { [signal = loop.signal] in signal.reason == nil },
                progress: { [progress, index = step.index] _ in
                    let done = done.withLock { done in
                        done += 1
                        return done
                    }
                    progress(
                        LoopProgress(step: index, candidate: candidate.id, split: split, done: done, count: count))
                })
            for evaluation in fresh {
                memory[EvaluationKey(candidate.id, evaluation.example, repetition)] = evaluation
                step.evaluations.append(SplitEvaluation(split: split, evaluation: evaluation))
            }
            all += fresh
        }
        if let tally = FailureTally(all) {
            event(.failed(step: step.index, candidate: candidate.id, split: split, tally))
        }
        return examples.compactMap { example in
            Evaluation(
                averaging: (0..<repeats).compactMap { memory[EvaluationKey(candidate.id, example, $0)] })
        }
    }
}

/// What one evaluation is remembered by.
struct EvaluationKey: Hashable {
    let candidate: Candidate.ID
    let example: String
    let repetition: Int

    init(_ candidate: Candidate.ID, _ example: Example, _ repetition: Int = 0) {
        self.candidate = candidate
        self.example = example.id
        self.repetition = repetition
    }
}

/// What has happened in the step that is under way.
struct StepInProgress {
    let index: Int
    var events: [RunEvent] = []
    var candidates: [Candidate] = []
    /// Those that are to be tried.
    var proposed: [Candidate] = []
    var evaluations: [SplitEvaluation] = []
    var notes: [OptimizerNote] = []
    var preferences: [PreferencePair] = []
}
