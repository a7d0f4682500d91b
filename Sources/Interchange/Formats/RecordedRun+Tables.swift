import Evaluation
public import TraceGraph

extension RecordedRun {
    /// The run as one JSON object, `optrace.run-report.v1`.
    public var report: Value {
        [
            "schema": "optrace.run-report.v1", "run": .text(name), "attempt": .integer(attempt),
            "workflow": .text(workflow), "optimizer": .text(optimizer), "seed": .text("\(seed)"),
            "status": status.map(Value.text) ?? .null, "reason": reason.map(Value.text) ?? .null,
            "best": best.map { .text("\($0)") } ?? .null, "verdict": verdict?.recorded ?? .null,
            "spend": [
                "calls": .integer(spend.calls), "tokens": .integer(spend.totalTokens),
                "cost": spend.cost.map(Value.number) ?? .null,
            ],
            "candidates": .list(trials.map(\.recorded)), "evaluations": .list(results.map(\.recorded)),
            "events": .list(events.map(\.recorded)),
        ]
    }

    /// One JSON object a line: the run, its candidates, its evaluations, its events.
    public var jsonLines: String {
        let whole = report.object ?? [:]
        var head: Fields = ["line": "run"]
        for (name, value) in whole where !["candidates", "evaluations", "events"].contains(name) { head[name] = value }
        var lines = [Value.object(head)]
        for (kind, items) in [("candidate", "candidates"), ("evaluation", "evaluations"), ("event", "events")] {
            for item in whole[items]?.list ?? [] {
                var fields: Fields = ["line": .text(kind)]
                for (name, value) in item.object ?? [:] { fields[name] = value }
                lines.append(.object(fields))
            }
        }
        return lines.map(\.json).joined(separator: "\n") + "\n"
    }

    /// One row an evaluation, with a column a metric.
    public var csv: String {
        let metrics = Set(results.flatMap(\.scores.keys)).sorted()
        var table = CSVTable(["step", "candidate", "example", "split", "repetition", "score", "trace"] + metrics)
        for result in results {
            table.add(
                [
                    result.step.map { "\($0)" } ?? "", "\(result.candidate)", result.example.id, result.split,
                    "\(result.repetition)", result.score.map { "\($0)" } ?? "", result.trace.map { "\($0)" } ?? "",
                ] + metrics.map { result.scores[$0].map { "\($0.value)" } ?? "" })
        }
        return table.text
    }
}

extension RecordedRun.Trial {
    /// The candidate as one JSON object.
    public var recorded: Value {
        [
            "candidate": .text("\(candidate.id)"), "parents": .list(candidate.parents.map { .text("\($0)") }),
            "step": step.map(Value.integer) ?? .null, "origin": .text(candidate.origin),
            "intent": intent.map(Value.text) ?? .null, "rationale": rationale.map(Value.text) ?? .null,
            "fate": fate.map(Value.text) ?? .null, "fate_reason": .text(fateReason),
            "parameters": .object(Fields(candidate.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
            "scores": .object(Fields(scores.sorted { $0.key < $1.key }.map { ($0.key, Value.number($0.value)) })),
            "evaluations": .object(
                Fields(evaluations.sorted { $0.key < $1.key }.map { ($0.key, Value.integer($0.value)) })),
        ]
    }
}

extension RecordedRun.Result {
    /// The evaluation as one JSON object.
    public var recorded: Value {
        [
            "step": step.map(Value.integer) ?? .null, "candidate": .text("\(candidate)"),
            "example": .text(example.id), "split": .text(split), "repetition": .integer(repetition),
            "score": score.map(Value.number) ?? .null, "trace": trace.map(Value.integer) ?? .null,
            "metrics": .object(
                Fields(scores.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value.value)) })),
        ]
    }
}

extension RecordedRun.Event {
    /// The event as one JSON object.
    public var recorded: Value {
        var fields: Fields = ["event": .text(kind), "step": .integer(step)]
        for (name, value) in content { fields[name] = value }
        return .object(fields)
    }
}
