import Foundation
import TraceGraph

/// What other formats have no fields for, so that a trace written in one of them is read back: a header for the whole and
/// a record for each node, in JSON.
///
/// Kept are the graph with its values, parameters, model calls (not what was sent and answered), feedback, hidden inputs
/// and outcome, and where it comes from, as far as another database knows what is meant: workflow, example, split,
/// repetition and score. Not kept are the run and step, and what a cache or an earlier trace answered.
enum GraphRecord {
    /// The form that is written; another one is not read.
    static let format = 1

    /// What concerns the whole trace, and where it comes from.
    static func header(of recorded: RecordedTrace) -> Value {
        let trace = recorded.trace
        let values = Fields(trace.candidate.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        var fields: Fields = [
            "format": .integer(format), "nodes": .integer(trace.nodes.count),
            "scopes": .list(trace.scopes.map { [.text($0.name), $0.parent.map(Value.integer) ?? .null] }),
            "outcome": .text(trace.outcome.name), "duration": .integer(Int(trace.duration)),
            "candidate": [
                "id": .integer(trace.candidate.id.number), "values": .object(values),
                "parents": .list(trace.candidate.parents.map { .integer($0.number) }),
                "origin": .text(trace.candidate.origin),
            ],
            "feedback": .list(
                trace.feedback.map { item in
                    let scores = item.scores.sorted { $0.key < $1.key }.map { ($0.key, Value.number($0.value)) }
                    return [
                        "node": .integer(item.output.index), "text": .text(item.text),
                        "scores": .object(Fields(scores)),
                    ]
                }), "workflow": .text(recorded.workflow), "repetition": .integer(recorded.repetition),
        ]
        fields["result"] = trace.result.map { .integer($0.id.index) }
        if !trace.hiddenInputs.isEmpty {
            fields["hidden_inputs"] = .list(
                trace.hiddenInputs.map { [$0.reader.map { .integer($0.index) } ?? .null, .integer($0.node.index)] })
        }
        fields["example"] = recorded.example.map(Value.text)
        fields["example_fields"] = recorded.exampleFields.map(Value.object)
        fields["split"] = recorded.split.map(Value.text)
        fields["score"] = recorded.score.map(Value.number)
        return .object(fields)
    }

    /// What concerns each node; its value only where the format does not hold it otherwise.
    ///
    /// - Complexity: O(nodes + edges + calls).
    static func records(of trace: Trace, holdsValue: (Node) -> Bool) -> [Value] {
        var calls: [NodeID: [Value]] = [:]
        for (position, call) in trace.calls.enumerated() {
            calls[call.node, default: []].append(record(of: call, at: position))
        }
        return trace.nodes.map { node in
            var fields: Fields = [
                "index": .integer(node.id.index), "base": .text(node.base), "ordinal": .integer(node.ordinal),
                "kind": .text(node.kind.name), "start": .integer(Int(node.start)),
                "duration": .integer(Int(node.duration)),
            ]
            let inputs = node.inputs
            if !inputs.isEmpty { fields["inputs"] = .list(inputs.map { [.text($0.name), .integer($0.node.index)] }) }
            if let operation = node.operation {
                fields["operation"] = [
                    .text(operation.name), .text(operation.documentation), .text(operation.location),
                ]
            }
            fields["scope"] = node.scope.map(Value.integer)
            fields["parameter"] = node.parameter.map(record(of:))
            fields["calls"] = calls[node.id].map(Value.list)
            if holdsValue(node) { fields["value"] = node.value }
            return .object(fields)
        }
    }

    private static func record(of call: ModelCall, at position: Int) -> Value {
        var fields: Fields = [
            "position": .integer(position), "model": .text(call.model), "calls": .integer(call.usage.calls),
            "prompt": .integer(call.usage.promptTokens), "cached_prompt": .integer(call.usage.cachedPromptTokens),
            "completion": .integer(call.usage.completionTokens), "is_cached": .flag(call.wasCached),
            "start": .integer(Int(call.start)), "duration": .integer(Int(call.duration)),
        ]
        fields["cost"] = call.usage.cost.map(Value.number)
        fields["reply"] = call.completion.map(Value.text)
        return .object(fields)
    }

    private static func record(of parameter: ParameterDefinition) -> Value {
        var fields: Fields = [
            "name": .text(parameter.name), "kind": .text(parameter.kind.rawValue), "initial": parameter.initial,
            "documentation": .text(parameter.documentation),
        ]
        for (name, value) in parameter.constraint.recorded.object ?? [:] { fields[name] = value }
        return .object(fields)
    }
}
