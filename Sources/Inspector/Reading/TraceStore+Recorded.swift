import Evaluation
public import Interchange
import Optimization
import TraceGraph
public import TraceStore

extension TraceStore {
    /// The trace number `id` with all that is known about it, requests and replies of its model calls included.
    ///
    /// - Throws: `StoreError` with code `unknownTrace` when there is none.
    public func recordedTrace(_ id: Int) throws(StoreError) -> RecordedTrace {
        let trace = try trace(id: id)
        let summary = try summary(ofTrace: id)
        var exchanges: [String: ModelExchange] = [:]
        for key in Set(trace.calls.compactMap(\.completion)) {
            guard let kept = try completion(key: key) else { continue }
            exchanges[key] = ModelExchange(request: kept.request, reply: kept.reply)
        }
        return RecordedTrace(
            number: id, trace: trace, workflow: summary.workflow, run: summary.run, step: summary.step,
            example: summary.example, split: summary.split, repetition: summary.repetition, score: summary.score,
            recorded: summary.created, exampleFields: try example(ofTrace: id)?.fields, exchanges: exchanges)
    }

    /// The run with its candidates, evaluations and events.
    ///
    /// - Parameter name: As ``run(named:)`` takes it.
    /// - Throws: `StoreError` with code `unknownRun` or `ambiguousRun`.
    public func recordedRun(_ name: String) throws(StoreError) -> RecordedRun {
        try recordedRun(try run(named: name))
    }

    /// The run with its candidates, evaluations and events.
    ///
    /// - Throws: `StoreError` when the database cannot be read.
    public func recordedRun(_ run: StoredRun) throws(StoreError) -> RecordedRun {
        var results: [RecordedRun.Result] = []
        for stored in try evaluations(TraceFilter(run: run.id)) { results.append(RecordedRun.Result(stored)) }
        let events = try events(of: run.id).map {
            RecordedRun.Event(step: $0.step, kind: $0.kind, content: $0.content)
        }
        var steps: [RecordedRun.Step] = []
        var (spent, clock) = (Usage.none, Double?(0))
        for step in try self.steps(of: run.id) {
            let seconds = step.seconds.flatMap { end in clock.map { min($0, end)...end } }
            steps.append(RecordedRun.Step(number: step.number, spend: step.spend.beyond(spent), seconds: seconds))
            (spent, clock) = (step.spend, step.seconds)
        }
        return RecordedRun(
            run, trials: try candidates(of: run.id).map(RecordedRun.Trial.init), results: results, events: events,
            steps: steps, credit: try credit(of: run.id))
    }

    /// The run as far as one of its candidates goes: that one, and how it fared on each example.
    ///
    /// - Throws: `StoreError` when the database cannot be read.
    func recordedRun(_ run: StoredRun, with candidate: StoredCandidate) throws(StoreError) -> RecordedRun {
        let results = try evaluations(TraceFilter(run: run.id, candidate: candidate.candidate.id))
        return RecordedRun(
            run, trials: [RecordedRun.Trial(candidate)], results: results.map(RecordedRun.Result.init), events: [],
            steps: [], credit: nil)
    }
}

extension RecordedRun {
    fileprivate init(
        _ run: StoredRun, trials: [Trial], results: [Result], events: [Event], steps: [Step], credit: Value?
    ) {
        self.init(
            name: run.name, attempt: run.attempt, workflow: run.workflow, optimizer: run.optimizer, seed: run.seed,
            status: run.status?.rawValue, reason: run.reason, best: run.best, verdict: run.verdict, spend: run.spend,
            paid: run.paid, seconds: run.seconds, started: run.started, parameters: run.parameters, trials: trials,
            results: results, events: events, steps: steps, credit: credit)
    }
}

extension Usage {
    /// What was used after `earlier`, both counted from the same beginning.
    fileprivate func beyond(_ earlier: Usage) -> Usage {
        var cost: Double?
        if let now = self.cost, let then = earlier.cost { cost = max(0, now - then) }
        return Usage(
            calls: calls - earlier.calls, promptTokens: promptTokens - earlier.promptTokens,
            cachedPromptTokens: cachedPromptTokens - earlier.cachedPromptTokens,
            completionTokens: completionTokens - earlier.completionTokens, cost: cost)
    }
}

extension RecordedRun.Trial {
    init(_ stored: StoredCandidate) {
        var fate: String?
        var why = ""
        switch stored.fate {
        case .accepted(let reason): (fate, why) = ("accepted", reason)
        case .kept(let reason): (fate, why) = ("kept", reason)
        case .rejected(let reason): (fate, why) = ("rejected", reason)
        case nil: break
        }
        self.init(
            candidate: stored.candidate, step: stored.step, intent: stored.intent?.rawValue,
            rationale: stored.rationale, fate: fate, fateReason: why, scores: stored.scores,
            evaluations: stored.evaluations)
    }
}

extension RecordedRun.Result {
    init(_ stored: StoredEvaluation) {
        self.init(
            step: stored.step, candidate: stored.candidate, example: stored.example, split: stored.split,
            repetition: stored.repetition, scores: stored.scores, score: stored.score, trace: stored.trace,
            duration: stored.duration)
    }
}
