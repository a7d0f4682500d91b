import LanguageModels
public import TraceGraph

/// Runs candidates on examples and scores what comes out.
public struct Evaluator: Sendable {
    /// What is run.
    public let subject: any Optimizable
    /// What scores outputs, in order.
    public let metrics: [any Metric]
    /// What makes one score of all metrics.
    public let objective: Objective
    /// How close an output came to what was expected, 0 to 1; see ``Evaluation/evidence``.
    public let evidence: @Sendable (MetricSubject) -> Double
    /// The most examples under way at once.
    public let concurrency: Int
    /// Who says texts in other words, where the objective's robustness asks for paraphrases.
    public let paraphraser: Paraphraser?

    /// - Precondition: `concurrency` > 0.
    public init(
        subject: any Optimizable, metrics: [any Metric], objective: Objective, concurrency: Int = 16,
        paraphraser: Paraphraser? = nil, evidence: @escaping @Sendable (MetricSubject) -> Double = { _ in 0 }
    ) {
        precondition(concurrency > 0, "at least one example has to be under way")
        self.subject = subject
        self.metrics = metrics
        self.objective = objective
        precondition(
            paraphraser != nil || (objective.robustness?.paraphrases ?? 0) == 0,
            "paraphrases need somebody who writes them")
        self.concurrency = concurrency
        self.paraphraser = paraphraser
        self.evidence = evidence
    }

    /// Runs `candidate` on every one of `examples` and scores it, several at once.
    ///
    /// A workflow that fails on an example is scored like any other; a metric that cannot be computed is left out.
    ///
    /// - Parameters:
    ///   - mayStart: Asked before each example; false ends the evaluation with `CancellationError` once what is in
    ///     flight has ended, as cancelling the task does.
    ///   - progress: Called after each example, in the order they finish.
    /// - Returns: In the order of `examples`.
    /// - Throws: An error that is the ``RunEnding`` of the run, such as a ``ModelError`` or a store without room; after what is in flight has ended where only the budget is
    ///   exhausted: it is going to be paid for, and is kept; `CancellationError`.
    public func evaluate(
        _ candidate: Candidate, on examples: [Example], repetition: Int = 0,
        mayStart: @escaping @Sendable () -> Bool = { true },
        progress: @escaping @Sendable (Evaluation) -> Void = { _ in }
    ) async throws -> [Evaluation] {
        let variants = examples.isEmpty ? [] : try await variants(of: candidate)
        return try await evaluations(of: examples.count, mayStart: mayStart, progress: progress) { index in
            try await evaluate(candidate, on: examples[index], repetition: repetition, beside: variants)
        }
    }

    /// Runs all of `reruns` and scores them, several at once; see ``evaluate(_:on:repetition:mayStart:progress:)``.
    ///
    /// - Returns: In the order of `reruns`.
    /// - Throws: ``TraceError`` when one of them does not fit its trace; what that does.
    public func evaluate(
        _ reruns: [Rerun], mayStart: @escaping @Sendable () -> Bool = { true },
        progress: @escaping @Sendable (Evaluation) -> Void = { _ in }
    ) async throws -> [Evaluation] {
        try await evaluations(of: reruns.count, mayStart: mayStart, progress: progress) { index in
            try await evaluate(reruns[index])
        }
    }

    private func evaluations(
        of count: Int, mayStart: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (Evaluation) -> Void,
        _ evaluate: @escaping @Sendable (Int) async throws -> Evaluation
    ) async throws -> [Evaluation] {
        try await withThrowingTaskGroup(of: (Int, Result<Evaluation, ModelError>).self) { group in
            var results = [Evaluation?](repeating: nil, count: count)
            var waiting = (0..<count).makeIterator()
            var wasStopped = false
            var exhausted: ModelError?
            func startNext() {
                guard let index = waiting.next() else { return }
                guard mayStart(), !Task.isCancelled else {
                    wasStopped = true
                    return
                }
                group.addTask {
                    do {
                        return (index, .success(try await evaluate(index)))
                    } catch let error as ModelError where error.code == .budgetExhausted {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<min(concurrency, count) { startNext() }
            while let (index, result) = try await group.next() {
                switch result {
                case .success(let evaluation):
                    results[index] = evaluation
                    progress(evaluation)
                case .failure(let error):
                    exhausted = exhausted ?? error
                }
                if !wasStopped, exhausted == nil { startNext() }
            }
            if let exhausted { throw exhausted }
            if wasStopped { throw CancellationError() }
            return results.compactMap { $0 }
        }
    }

    /// Runs and scores `candidate` on one example; see ``evaluate(_:on:repetition:mayStart:progress:)``.
    public func evaluate(
        _ candidate: Candidate, on example: Example, repetition: Int = 0
    ) async throws -> Evaluation {
        try await evaluate(candidate, on: example, repetition: repetition, beside: try await variants(of: candidate))
    }

    private func evaluate(
        _ candidate: Candidate, on example: Example, repetition: Int, beside variants: [Candidate]
    ) async throws -> Evaluation {
        try await scored(
            await subject.run(candidate, on: example, repetition: repetition), of: candidate, on: example,
            repetition: repetition, beside: variants)
    }

    /// The small changes of `candidate` that it has to hold under; none without robustness.
    private func variants(of candidate: Candidate) async throws -> [Candidate] {
        guard let robustness = objective.robustness else { return [] }
        var variants = Perturbation.all(of: candidate, subject.parameters, count: robustness.perturbations)
        if let paraphraser, robustness.paraphrases > 0 {
            variants += try await Perturbation.paraphrases(
                of: candidate, subject.parameters, count: robustness.paraphrases, by: paraphraser)
        }
        return variants
    }

    /// Runs again from an earlier evaluation and scores what comes out.
    ///
    /// - Throws: ``TraceError`` when it does not fit the trace; what ``evaluate(_:on:repetition:)`` throws.
    public func evaluate(_ rerun: Rerun) async throws -> Evaluation {
        let (earlier, repetition) = (rerun.evaluation, rerun.repetition)
        let trace = try await subject.rerun(
            earlier.trace, rerun.candidate, on: earlier.example, with: rerun.intervention, repetition: repetition)
        return try await scored(
            trace, of: rerun.candidate, on: earlier.example, repetition: repetition,
            beside: try await variants(of: rerun.candidate))
    }

    private func scored(
        _ trace: Trace, of candidate: Candidate, on example: Example, repetition: Int, beside variants: [Candidate]
    ) async throws -> Evaluation {
        var trace = trace
        let judged = try judged(trace, of: candidate, example, repetition)
        let (scores, gaps, calls) = try await scores(of: judged)
        if let node = trace.result?.id {
            try trace.give(
                Feedback(on: node, feedbackText(scores, gaps: gaps), scores: scores.mapValues(\.value)))
        }
        var evaluation = Evaluation(
            candidate: candidate.id, example: example, repetition: repetition, scores: scores,
            score: objective.value(of: scores.mapValues(\.value)), evidence: evidence(judged), calls: calls,
            trace: trace)
        if let robustness = objective.robustness { try await perturb(&evaluation, by: variants, robustness) }
        return evaluation
    }

    /// Runs and scores small changes of the candidate too: its score is what holds under them. Its trace and the scores by
    /// metric stay its own.
    private func perturb(
        _ evaluation: inout Evaluation, by variants: [Candidate], _ robustness: Robustness
    ) async throws {
        guard let own = evaluation.score else { return }
        var all = [own]
        for changed in variants {
            let trace = await subject.run(changed, on: evaluation.example, repetition: evaluation.repetition)
            let judged = try judged(trace, of: changed, evaluation.example, evaluation.repetition)
            let (scores, _, calls) = try await scores(of: judged)
            evaluation.calls += calls
            if let score = objective.value(of: scores.mapValues(\.value)) { all.append(score) }
        }
        evaluation.score = robustness(all)
    }

    /// - Throws: The error that ends the run where that is why the trace ended.
    private func judged(
        _ trace: Trace, of candidate: Candidate, _ example: Example, _ repetition: Int
    ) throws -> MetricSubject {
        if let error = trace.error, error.isEndOfRun { throw error }
        let outcome: MetricSubject.Outcome
        switch trace.outcome {
        case .completed(let node): outcome = .output(trace[node].value)
        case .failed(let node): outcome = .failure(trace[node].value.plainText)
        case .cancelled: throw CancellationError()
        }
        return MetricSubject(
            example: example, outcome: outcome, candidate: candidate, usage: trace.usage, duration: trace.modelTime,
            repetition: repetition, completions: trace.calls.compactMap(\.completion))
    }

    private func scores(
        of subject: MetricSubject
    ) async throws -> (scores: [String: Score], gaps: [String: String], calls: [MetricCall]) {
        var scores: [String: Score] = [:]
        var gaps: [String: String] = [:]
        var calls: [MetricCall] = []
        for metric in metrics {
            let noted = MetricCalls(of: metric.name)
            defer { calls += noted.all }
            do {
                scores[metric.name] = try await MetricCalls.$current.withValue(noted) {
                    try await metric.score(subject)
                }
            } catch let error as CancellationError {
                throw error
            } catch  where error.isEndOfRun {
                throw error
            } catch {
                gaps[metric.name] = "no score: \(error)"
            }
        }
        return (scores, gaps, calls)
    }

    private func feedbackText(_ scores: [String: Score], gaps: [String: String]) -> String {
        let texts = metrics.compactMap { metric -> (String, String)? in
            let text = scores[metric.name]?.feedback ?? gaps[metric.name] ?? ""
            return text.isEmpty ? nil : (metric.name, text)
        }
        if texts.count == 1 { return texts[0].1 }
        return texts.map { "\($0.0): \($0.1)" }.joined(separator: "\n")
    }
}
