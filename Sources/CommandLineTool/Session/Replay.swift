import Evaluation
import LanguageModels
import TraceGraph
import TraceStore
import Workflows

/// A recorded trace that ran again, kept, and compared with what it was.
struct Replay {
    let number: Int
    private let before: (number: Int, trace: Trace, score: Double?)
    private let after: (trace: Trace, score: Double?, repetition: Int)
    private let changes: ReplayChanges
    /// What the replay as a whole failed with; nil when the workflow came to its end.
    let failure: (any Error)?

    /// Runs the trace again, scores it where the workflow has metrics and the example the answer they expect, and keeps
    /// it.
    ///
    /// - Throws: ``ModelError`` when it ends a run, a missing reply in cache mode `only` among them.
    init(
        _ changes: ReplayChanges, of trace: Trace, number: Int, summary: TraceSummary, repetition: Int,
        in session: Session
    ) async throws {
        let file = session.workflow.file
        let earlier = Evaluation(
            candidate: trace.candidate.id, example: changes.example, repetition: summary.repetition, scores: [:],
            score: summary.score, evidence: 0, trace: trace)
        var rerun = Rerun(of: earlier, with: changes.intervention, repetition: repetition)
        rerun.candidate = changes.candidate
        let new: Trace
        var score: Double?
        let isScored = file.objective != nil && (file.expectedField.map { changes.example[$0] != nil } ?? true)
        if !isScored {
            new = try await session.workflow.rerun(
                trace, rerun.candidate, on: changes.example, with: changes.intervention, repetition: repetition)
            if let error = new.error, error.isEndOfRun { throw error }
        } else {
            let train = try Self.train(of: session)
            let evaluation = try await session.evaluator(train: train).evaluate(rerun)
            (new, score) = (evaluation.trace, evaluation.score)
        }
        self.number = try session.store.save(
            new, workflow: file.name, example: changes.example, split: "replay", repetition: repetition, score: score,
            rerunOf: number)
        self.before = (number, trace, summary.score)
        self.after = (new, score, repetition)
        self.changes = changes
        self.failure = Self.failure(of: new)
    }

    /// What the metrics may learn from; nothing where the workflow names no data.
    private static func train(of session: Session) throws -> [Example] {
        guard session.workflow.file.data != nil else { return [] }
        let (dataset, split) = try session.data()
        return dataset.examples(split.train)
    }

    private static func failure(of trace: Trace) -> (any Error)? {
        if case .completed = trace.outcome { return nil }
        let place = trace.result.map { "\($0.name): \($0.value.plainText)" } ?? "cancelled"
        return CommandError(
            "the workflow failed at \(place)", code: trace.error.map { ExitStatus(for: $0) } ?? .failure)
    }

    /// The operations that ran, in order.
    private var ran: [Node] {
        after.trace.nodes.filter { $0.operation != nil && after.trace.reused[$0.id] == nil }
    }

    /// Nodes that were given a value and that the run did not come to with the inputs they had.
    private var notReached: [String] {
        let reached = Set(after.trace.reused.values)
        return changes.intervention.settings.keys.filter { !reached.contains($0) }.sorted()
            .map { before.trace[$0].name }
    }

    var json: String {
        let usage = after.trace.calls.filter { !$0.wasCached }.reduce(Usage.none) { $0 + $1.usage }
        let result: Value = [
            "schema": "optrace.replay.v1", "trace": .integer(number), "rerun_of": .integer(before.number),
            "reused": .list(after.trace.reused.keys.sorted().map { .text(after.trace[$0].name) }),
            "ran": .list(ran.map { .text($0.name) }), "not_reached": .list(notReached.map(Value.text)),
            "before": Self.side(before.trace, before.score), "after": Self.side(after.trace, after.score),
            "paid": [
                "calls": .integer(usage.calls), "tokens": .integer(usage.totalTokens),
                "cost": usage.cost.map(Value.number) ?? .null,
            ],
        ]
        return result.json
    }

    private static func side(_ trace: Trace, _ score: Double?) -> Value {
        [
            "outcome": .text(trace.outcome.name), "output": trace.result?.value ?? .null,
            "score": score.map(Value.number) ?? .null,
        ]
    }

    func text(on terminal: Terminal) -> String {
        let set = Set(changes.intervention.settings.keys.map { before.trace[$0].name })
        let reused = after.trace.reused.keys.filter { !set.contains(after.trace[$0].name) }.count
        let names = ran.map(\.name)
        var lines = [
            "reused \(reused) of \(Figures.count(reused + set.count + names.count, "operation"))"
                + (set.isEmpty ? "" : "; set: \(set.sorted().joined(separator: ", ").oneLine(200))")
                + (names.isEmpty ? "" : "; ran: \(names.joined(separator: ", ").oneLine(200))")
        ]
        if names.isEmpty, set.isEmpty {
            lines.append(
                "note: nothing changed, so nothing ran; change a value with --set, or draw one again with --anew")
        }
        let recorded = after.trace.calls.filter { $0.wasCached && after.trace.reused[$0.node] == nil }
        if !recorded.isEmpty {
            lines.append(
                "note: \(Figures.count(recorded.count, "reply", "replies")) came from the cache; for another sample add "
                    + "--repetition \(after.repetition + 1)")
        }
        for name in notReached {
            lines.append("note: \(name) was not given its value: what it is made from is another thing now")
        }
        let (old, new) = (before.trace.result, after.trace.result)
        if before.trace.outcome.name != after.trace.outcome.name {
            lines.append("outcome  \(before.trace.outcome.name) → \(after.trace.outcome.name)")
        }
        let label = terminal.paint("output", .bold)
        if let old, let new, old.value == new.value {
            lines.append(label + "  as it was")
            lines += ValueDifference(terminal: terminal).lines(of: new.value, mark: nil)
        } else {
            lines.append(label)
            lines += ValueDifference(terminal: terminal).lines(from: old?.value ?? .null, to: new?.value ?? .null)
        }
        if before.score != nil || after.score != nil {
            let scores = [before.score, after.score].map { $0.map { Figures.decimal($0) } ?? "none" }
            lines.append("score  \(scores.joined(separator: " → "))")
        }
        return lines.joined(separator: "\n")
    }
}
