public import TraceGraph

extension RecordedTrace {
    /// The trace as a document of Trace's own exchange format, TGJ 1.0, which its `opto.trace.io` reads.
    ///
    /// Parameters are `parameter` nodes, other roots `value`, operations `message` with their inputs by argument name
    /// as references and their value as output, failures `exception`. What the format has no field for stands under
    /// `meta`, and what ``TGJImport`` needs to have the trace back under `optrace`.
    public var tgj: Value {
        let nodes = TGJNodes(trace)
        let records = GraphRecord.records(of: trace) { $0.kind == .failure }
        return [
            "tgj": "1.0", "run_id": .text(run ?? number.map { "trace-\($0)" } ?? workflow), "agent_id": .text(workflow),
            "graph_id": .text(number.map { "\($0)" } ?? ""), "scope": .text("\(Trace.identifier(workflow))/0"),
            "nodes": .list(
                trace.nodes.map { node in
                    var fields = nodes.fields(of: node)
                    var meta = fields["meta"]?.object ?? [:]
                    meta["optrace"] = records[node.id.index]
                    fields["meta"] = .object(meta)
                    return .object(fields)
                }), "meta": ["optrace": GraphRecord.header(of: self)],
            "exports": nodes.exports,
        ]
    }
}

/// What a TGJ document says of a trace's nodes in the fields that everybody reads.
struct TGJNodes {
    private let trace: Trace
    private let names: [NodeID: String]
    private let calls: [NodeID: [ModelCall]]

    init(_ trace: Trace) {
        self.trace = trace
        names = Dictionary(
            uniqueKeysWithValues: trace.nodes.map { ($0.id, "\(Trace.identifier($0.base))_\($0.ordinal)") })
        calls = Dictionary(grouping: trace.calls, by: \.node)
    }

    /// What comes out at the end.
    var exports: Value { trace.result.map { ["output": ["ref": .text($0.name)]] } ?? .object([:]) }

    func fields(of node: Node) -> Fields {
        let name = node.parameter?.name ?? names[node.id] ?? node.base
        var fields: Fields = ["id": .text(node.name), "kind": "value", "name": .text(name)]
        switch node.kind {
        case .parameter:
            fields["kind"] = "parameter"
            fields["value"] = node.value
            fields["trainable"] = true
            fields["description"] = .text("[Parameter] \(node.parameter?.documentation ?? "")")
        case .input, .constant:
            fields["value"] = node.value
            fields["description"] = "[Node]"
        case .operation, .failure:
            let operation = node.operation
            let documentation = operation?.documentation ?? ""
            fields["description"] = .text("[\(operation?.name ?? "operation")] \(documentation)")
            fields["inputs"] = .object(inputs(of: node))
            if node.kind == .failure {
                fields["kind"] = "exception"
                fields["error"] = error(of: node)
            } else {
                fields["kind"] = "message"
                fields["output"] = ["name": .text("\(name)_out"), "value": node.value]
            }
            fields["meta"] = meta(of: node)
        }
        return fields
    }

    /// One that comes in twice under one name gets another for the second.
    private func inputs(of node: Node) -> Fields {
        var inputs = Fields()
        var counts: [String: Int] = [:]
        for input in node.inputs {
            var name = input.name
            while inputs[name] != nil {
                counts[input.name, default: 1] += 1
                name = "\(input.name)_\(counts[input.name] ?? 1)"
            }
            inputs[name] = ["ref": .text(trace[input.node].name)]
        }
        return inputs
    }

    /// A failure's value is `(Type) message`.
    private func error(of node: Node) -> Value {
        let text = Amounts.text(of: node.value)
        guard text.hasPrefix("("), let end = text.firstIndex(of: ")") else {
            return ["type": "Exception", "message": .text(text)]
        }
        let type = text[text.index(after: text.startIndex)..<end]
        let message = text[text.index(after: end)...].drop { $0 == " " }
        return ["type": .text(String(type)), "message": .text(String(message))]
    }

    private func meta(of node: Node) -> Value {
        var meta: Fields = ["start_ns": .integer(Int(node.start)), "duration_ns": .integer(Int(node.duration))]
        if let location = node.operation?.location, !location.isEmpty { meta["location"] = .text(location) }
        if let calls = calls[node.id], let first = calls.first {
            meta["model"] = .text(first.model)
            meta["tokens"] = .integer(calls.reduce(0) { $0.addingUp($1.usage.totalTokens) })
        }
        return .object(meta)
    }
}
