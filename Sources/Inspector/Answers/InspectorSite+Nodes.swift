import Interchange
import LanguageModels
import TraceGraph
import TraceStore

extension InspectorSite {
    /// More of a value is not sent to the page; exports have all of it.
    private static let mostBytes = 200_000

    /// Everything about one node: its value, its inputs, its model calls as they were sent, what was said about it, and
    /// what the parameter was in other candidates.
    func node(_ request: PageRequest) throws -> Value {
        let recorded = try recorded(request)
        let trace = recorded.trace
        let node = try node(request, of: trace)
        var answer: Fields = [
            "index": .integer(node.id.index), "name": .text(node.name), "kind": .text(node.kind.name),
            "operation": node.operation.map { .text($0.name) } ?? .null,
            "documentation": .text(node.operation?.documentation ?? node.parameter?.documentation ?? ""),
            "location": .text(node.operation?.location ?? ""), "ns": .integer(Int(node.duration)),
            "start": .integer(Int(node.start)), "valueKind": .text(node.value.kindName),
            "value": Self.text(of: node.value, toChange: true),
            "scope": node.scope.map { .text(trace.scopes[$0].name) } ?? .null,
        ]
        answer["inputs"] = .list(
            node.inputs.prefix(200).map { input in
                let read = trace[input.node]
                return [
                    "name": .text(input.name), "node": .text(read.name), "index": .integer(input.node.index),
                    "excerpt": .text(Amounts.text(of: read.value).onOneLine(160)),
                ]
            })
        answer["inputCount"] = .integer(node.inputs.count)
        answer["calls"] = .list(trace.calls.filter { $0.node == node.id }.map { Self.told($0, recorded) })
        answer["feedback"] = .list(trace.feedback.filter { $0.output == node.id }.map { Self.told($0, in: trace) })
        let estimate = ReplayEstimate(trace, from: node.id)
        answer["replay"] = [
            "operations": .integer(estimate.operations), "calls": .integer(estimate.usage.calls),
            "tokens": .integer(estimate.usage.totalTokens), "cost": estimate.usage.cost.map(Value.number) ?? .null,
            "ns": .integer(Int(estimate.duration)),
        ]
        if let parameter = node.parameter, let run = recorded.run {
            let stored = try store.run(named: run)
            answer["history"] = .list(try history(of: parameter.name, in: stored, upTo: trace.candidate.id))
        }
        return .object(answer)
    }

    /// - Parameter toChange: Whether a reader may send it back: then it is also told as it is, where it is shown otherwise.
    private static func text(of value: Value, toChange: Bool = false) -> Value {
        let text: String
        switch value {
        case .list, .object: text = value.prettyJSON
        default: text = Amounts.text(of: value)
        }
        let (head, omitted) = text.cut(toBytes: mostBytes)
        let shown = head.withoutControls
        var fields: Fields = ["text": .text(shown), "omitted": .integer(omitted)]
        if toChange, shown != head { fields["raw"] = .text(head) }
        return .object(fields)
    }

    private static func told(_ call: ModelCall, _ recorded: RecordedTrace) -> Value {
        var fields: Fields = [
            "model": .text(call.model), "prompt": .integer(call.usage.promptTokens),
            "completion": .integer(call.usage.completionTokens),
            "cost": call.usage.cost.map(Value.number) ?? .null, "cached": .flag(call.wasCached),
            "ns": .integer(Int(call.duration)),
        ]
        if let exchange = call.completion.flatMap({ recorded.exchanges[$0] }) {
            fields["request"] = text(of: exchange.request)
            fields["messages"] = .list(
                (exchange.request["messages"]?.list ?? []).map {
                    ["role": $0["role"] ?? "", "content": text(of: $0["content"] ?? "")]
                })
            fields["reply"] = text(of: .text(exchange.reply.text))
            fields["cut"] = .flag(exchange.reply.finish == .length)
        }
        return .object(fields)
    }

    /// The values the parameter had from the seed to `candidate`, along its parents, each as a change from the one
    /// before.
    private func history(of parameter: String, in run: StoredRun, upTo candidate: Candidate.ID) throws -> [Value] {
        var line: [RecordedRun.Trial] = []
        var next: Candidate.ID? = candidate
        while let id = next, line.count < 1_000, let stored = try store.candidate(id, of: run.id) {
            let trial = RecordedRun.Trial(stored)
            line.append(trial)
            next = trial.candidate.parents.first
        }
        let initial = run.parameters.seed[parameter]
        var answer: [Value] = []
        var known: Value?
        for trial in line.reversed() {
            guard let value = trial.candidate[parameter] ?? initial, value != known else { continue }
            let change = known.map { ValueChange(from: $0, to: value) }
            answer.append([
                "candidate": .text("\(trial.candidate.id)"), "step": trial.step.map(Value.integer) ?? .null,
                "fate": .text(trial.fateText), "rationale": .text(trial.rationale ?? ""),
                "score": trial.scores["validation"].map(Value.number) ?? .null,
                "pieces": .list(
                    (change?.pieces ?? [("kept", Amounts.text(of: value))]).map {
                        .list([.text($0.kind), .text($0.text.withoutControls)])
                    }),
            ])
            known = value
        }
        return answer
    }

    /// Runs the trace again from a node with another value.
    func replay(_ request: PageRequest) async throws -> Value {
        guard let replays else {
            throw InspectorError(
                .unavailable,
                "this page was opened without a workflow to run; start it with: optrace view --workflow FILE")
        }
        guard let body = try? Value(json: String(decoding: request.body, as: UTF8.self)),
            let number = body["trace"]?.integer, let index = body["node"]?.integer, let text = body["value"]?.text
        else { throw InspectorError(.badRequest, "a replay takes 'trace', 'node' and 'value'") }
        let trace = try store.trace(id: number)
        guard (0..<trace.nodes.count).contains(index) else {
            throw InspectorError(.notFound, "trace \(number) has no node \(index)")
        }
        let node = trace[NodeID(index)]
        let value: Value
        if case .text = node.value {
            value = .text(text)
        } else {
            guard let read = try? Value(json: text) else {
                throw InspectorError(
                    .badRequest, "the value of \(node.name) is a \(node.value.kindName); write the new one as JSON")
            }
            value = read
        }
        return ["trace": .integer(try await replays.replay(trace: number, node: node.id, value: value))]
    }
}
