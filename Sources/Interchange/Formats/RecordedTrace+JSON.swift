import Foundation
import LanguageModels
public import TraceGraph

extension Trace {
    /// The whole trace as one JSON object, `optrace.trace.v1`.
    public var recorded: Value {
        [
            "schema": "optrace.trace.v1", "candidate": .text("\(candidate.id)"), "outcome": .text(outcome.name),
            "result": result.map { .text($0.name) } ?? .null, "nanoseconds": .integer(Int(duration)),
            "nodes": .list(nodes.map { $0.recorded(in: self) }),
            "calls": .list(
                calls.map { call in
                    [
                        "node": .text(self[call.node].name), "model": .text(call.model),
                        "completion": call.completion.map(Value.text) ?? .null,
                        "prompt_tokens": .integer(call.usage.promptTokens),
                        "completion_tokens": .integer(call.usage.completionTokens),
                        "cost": call.usage.cost.map(Value.number) ?? .null, "cached": .flag(call.wasCached),
                        "nanoseconds": .integer(Int(call.duration)),
                    ]
                }),
            "feedback": .list(
                feedback.map { item in
                    [
                        "node": .text(self[item.output].name), "text": .text(item.text),
                        "scores": .object(
                            Fields(item.scores.sorted { $0.key < $1.key }.map { ($0.key, Value.number($0.value)) })),
                    ]
                }),
            "hidden_inputs": .list(
                hiddenInputs.map { hidden in
                    [
                        "reader": hidden.reader.map { .text(self[$0].name) } ?? .null,
                        "node": .text(self[hidden.node].name),
                    ]
                }),
        ]
    }
}

extension Node {
    /// The node as one JSON object, its inputs by name.
    ///
    /// - Parameter trace: The trace it is a node of.
    public func recorded(in trace: Trace) -> Value {
        [
            "name": .text(name), "kind": .text(kind.name), "operation": operation.map { .text($0.name) } ?? .null,
            "inputs": .list(
                inputs.map { ["name": .text($0.name), "node": .text(trace[$0.node].name)] }),
            "value": value, "level": .integer(level),
            "scope": scope.map { .text(trace.scopes[$0].name) } ?? .null, "start": .integer(Int(start)),
            "nanoseconds": .integer(Int(duration)),
        ]
    }
}

extension RecordedTrace {
    /// The whole trace as one JSON object, `optrace.trace.v1`, with where it comes from.
    public var document: Value {
        var fields = trace.recorded.object ?? [:]
        for (name, value) in origin { fields[name] = value }
        return .object(fields)
    }

    private var origin: Fields {
        [
            "trace": number.map(Value.integer) ?? .null, "workflow": .text(workflow),
            "run": run.map(Value.text) ?? .null, "step": step.map(Value.integer) ?? .null,
            "example": example.map(Value.text) ?? .null, "split": split.map(Value.text) ?? .null,
            "repetition": .integer(repetition), "score": score.map(Value.number) ?? .null,
            "recorded": .text(recorded.formatted(.iso8601)),
        ]
    }

    /// One JSON object a line: the trace, its nodes, its model calls with what was sent and answered, its feedback.
    public var jsonLines: String {
        var head: Fields = ["schema": "optrace.trace-line.v1", "line": "trace"]
        head["trace"] = number.map(Value.integer) ?? .null
        head["workflow"] = .text(workflow)
        head["run"] = run.map(Value.text) ?? .null
        head["step"] = step.map(Value.integer) ?? .null
        head["candidate"] = .text("\(trace.candidate.id)")
        head["example"] = example.map(Value.text) ?? .null
        head["split"] = split.map(Value.text) ?? .null
        head["score"] = score.map(Value.number) ?? .null
        head["outcome"] = .text(trace.outcome.name)
        head["nanoseconds"] = .integer(Int(trace.duration))
        var lines = [Value.object(head)]
        func add(_ kind: String, _ value: Value) {
            var fields: Fields = ["line": .text(kind)]
            for (name, value) in value.object ?? [:] { fields[name] = value }
            lines.append(.object(fields))
        }
        for node in trace.nodes { add("node", node.recorded(in: trace)) }
        let whole = trace.recorded
        for (call, told) in zip(trace.calls, whole["calls"]?.list ?? []) {
            var fields = told.object ?? [:]
            if let exchange = call.completion.flatMap({ exchanges[$0] }) {
                fields["request"] = exchange.request
                fields["reply"] = .text(exchange.reply.text)
            }
            add("call", .object(fields))
        }
        for item in whole["feedback"]?.list ?? [] { add("feedback", item) }
        return lines.map(\.json).joined(separator: "\n") + "\n"
    }

    /// One row a node, as RFC 4180 has it.
    public var csv: String {
        var table = CSVTable([
            "name", "kind", "operation", "inputs", "value", "scope", "start_ns", "duration_ns", "model",
            "prompt_tokens",
            "completion_tokens", "cost", "feedback",
        ])
        let calls = Dictionary(grouping: trace.calls, by: \.node)
        let said = Dictionary(grouping: trace.feedback, by: \.output)
        for node in trace.nodes {
            let usage = calls[node.id]?.reduce(Usage.none) { $0 + $1.usage }
            table.add([
                node.name, node.kind.name, node.operation?.name ?? "",
                node.inputs.map { "\($0.name)=\(trace[$0.node].name)" }.joined(separator: "; "),
                Amounts.text(of: node.value), node.scope.map { trace.scopes[$0].name } ?? "", "\(node.start)",
                "\(node.duration)", calls[node.id]?.first?.model ?? "", usage.map { "\($0.promptTokens)" } ?? "",
                usage.map { "\($0.completionTokens)" } ?? "", usage?.cost.map { "\($0)" } ?? "",
                said[node.id]?.map(\.text).joined(separator: "\n") ?? "",
            ])
        }
        return table.text
    }
}
