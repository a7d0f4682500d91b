import Evaluation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// Stored traces of a workflow as what proposals are made from: scored by what was said about them, else by the file's
/// metrics.
struct RecordedTraces {
    private let session: Session
    private let metrics: [any Metric]

    init(_ session: Session) throws {
        self.session = session
        metrics = try session.workflow.metrics()
    }

    private var file: WorkflowFile { session.workflow.file }

    /// - Parameters:
    ///   - ids: The traces; empty for all of the workflow that no run has made.
    ///   - limit: The most, the newest first.
    /// - Throws: ``CommandError`` with the remedy when there are none, or none has any of the parameters.
    func evidence(_ ids: [Int], limit: Int) async throws -> RecordedEvidence {
        let numbers = ids.isEmpty ? try own(limit) : ids
        guard !numbers.isEmpty else {
            throw CommandError(
                "there are no traces of '\(file.name)'; import some, such as: optrace import otlp FILE --workflow "
                    + "\(ShellWord(file.path))")
        }
        var executions: [(evaluation: Evaluation, values: [String: Value])] = []
        var unbound = 0
        for number in numbers {
            let trace = try session.store.trace(id: number)
            let known = trace.parameters.map { trace[$0] }.filter { session.workflow.parameters[$0.base] != nil }
            guard !known.isEmpty else {
                unbound += 1
                continue
            }
            let values = Dictionary(known.map { ($0.base, $0.value) }, uniquingKeysWith: { first, _ in first })
            executions.append((try await evaluation(of: trace, number), values))
        }
        if unbound > 0, !executions.isEmpty {
            Output.message("note: \(Figures.count(unbound, "trace")) without any of the parameters left out")
        }
        guard let evidence = RecordedEvidence(executions, parameters: session.workflow.parameters) else {
            throw CommandError(
                "none of \(Figures.count(numbers.count, "trace")) has a parameter of \(file.path); say under 'bindings' "
                    + "where their values are, and import the traces with --workflow \(ShellWord(file.path))")
        }
        return evidence
    }

    /// In the order they were stored.
    private func own(_ limit: Int) throws -> [Int] {
        try session.store.traces().filter { $0.run == nil && $0.workflow == file.name }.prefix(limit).map(\.id)
            .reversed()
    }

    private func evaluation(of stored: Trace, _ number: Int) async throws -> Evaluation {
        var trace = stored
        var fields = Fields()
        for node in trace.nodes where node.kind == .input && fields[node.base] == nil { fields[node.base] = node.value }
        for (name, value) in try session.store.example(ofTrace: number)?.fields ?? Fields() { fields[name] = value }
        let example = Example(id: "trace \(number)", fields: fields)
        // What was said last counts.
        var scores = trace.feedback.reduce(into: [String: Score]()) { scores, item in
            for (name, value) in item.scores { scores[name] = Score(value, feedback: item.text) }
        }
        let subject = MetricSubject(
            example: example, outcome: outcome(of: trace), usage: trace.usage, duration: trace.modelTime,
            completions: trace.calls.compactMap(\.completion))
        for metric in metrics where scores[metric.name] == nil {
            do {
                let score = try await metric.score(subject)
                scores[metric.name] = score
                if let result = trace.result?.id {
                    try trace.give(Feedback(on: result, score.feedback, scores: [metric.name: score.value]))
                }
            } catch let error as CancellationError {
                throw error
            } catch let error as ModelError where error.endsRun {
                throw error
            } catch {
                Output.message("note: trace \(number): no \(metric.name): \(error)")
            }
        }
        let values = scores.mapValues(\.value)
        let whole = file.objective.map { $0.value(of: values) } ?? Sample(values.values.sorted()).mean
        return Evaluation(
            candidate: .seed, example: example, repetition: 0, scores: scores, score: whole, evidence: 0, trace: trace)
    }

    private func outcome(of trace: Trace) -> MetricSubject.Outcome {
        switch trace.outcome {
        case .completed(let node): .output(trace[node].value)
        case .failed(let node): .failure(trace[node].value.plainText)
        case .cancelled: .failure("cancelled")
        }
    }
}
