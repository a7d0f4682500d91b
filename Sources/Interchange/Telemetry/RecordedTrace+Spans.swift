import Foundation
import LanguageModels
import TraceGraph

extension RecordedTrace {
    /// The trace as spans: one for the whole, one an operation below the composite operation it belongs to, one a model
    /// call below the operation that made it. Attributes follow OpenTelemetry's conventions for generative AI and those
    /// of OpenInference; the node's own name stands in `optrace.node`. What those have no place for stands in
    /// `optrace.graph`, `optrace.roots` and `optrace.record`, so that ``TelemetryImport`` reads the trace
    /// back.
    func spans() -> [TelemetrySpan] {
        let origin = "\(workflow)/\(run ?? "")/\(number ?? 0)/\(recorded.timeIntervalSince1970)"
        let traceID = TelemetrySpan.identifier("trace \(origin)", bytes: 16)
        func id(_ name: String) -> [UInt8] { TelemetrySpan.identifier("span \(origin) \(name)", bytes: 8) }
        let end = UInt64(max(0, recorded.timeIntervalSince1970) * 1e3) * 1_000_000
        let begin = end > UInt64(max(0, trace.duration)) ? end - UInt64(max(0, trace.duration)) : 0
        func time(_ offset: Int64) -> UInt64 { begin.addingUp(UInt64(max(0, offset))) }
        let results = trace.resultsOfScopes
        // A text stands in `output.value` as it is; anything else does so only for a reader.
        let records = GraphRecord.records(of: trace) { $0.operationIndex == nil || $0.value.text == nil }

        var spans = [
            TelemetrySpan(
                trace: traceID, id: id("root"), parent: [], name: workflow, kind: .internal, start: begin, end: end,
                attributes: rootAttributes, failure: failureText)
        ]
        let roots = trace.nodes.filter { !$0.kind.isMade }.map { records[$0.id.index] }
        spans[0].attributes["optrace.graph"] = .text(GraphRecord.header(of: self).json)
        spans[0].attributes["optrace.roots"] = .text(Value.list(roots).json)
        for item in trace.feedback {
            spans[0].events.append(
                TelemetrySpan.Event(
                    time: end, name: "feedback",
                    attributes: Fields(
                        [("optrace.node", .text(trace[item.output].name)), ("text", .text(item.text))]
                            + item.scores.sorted { $0.key < $1.key }.map { ("score.\($0.key)", .number($0.value)) })))
        }
        for node in trace.nodes where node.kind.isMade {
            let outer = node.scope.flatMap { results[$0] }
            var span = TelemetrySpan(
                trace: traceID, id: id(node.name), parent: outer.map { id(trace[$0].name) } ?? id("root"),
                name: node.name, kind: .internal, start: time(node.start), end: time(node.start + node.duration),
                attributes: attributes(of: node))
            span.attributes["optrace.record"] = .text(records[node.id.index].json)
            span.links = node.inputs.filter { trace[$0.node].operationIndex != nil }.map {
                TelemetrySpan.Link(
                    span: id(trace[$0.node].name), attributes: ["optrace.argument": .text($0.name)])
            }
            if node.kind == .failure {
                let text = Amounts.text(of: node.value)
                span.failure = text
                span.events = [
                    TelemetrySpan.Event(
                        time: span.end, name: "exception",
                        attributes: [
                            "exception.type": .text(Self.errorType(text)), "exception.message": .text(text),
                        ])
                ]
            }
            spans.append(span)
        }
        for (index, call) in trace.calls.enumerated() {
            let extent = trace.extent(of: call)
            spans.append(
                TelemetrySpan(
                    trace: traceID, id: id("call \(index)"), parent: id(trace[call.node].name),
                    name: "chat \(Self.modelParts(call.model).name)", kind: .client, start: time(extent.start),
                    end: time(extent.start + extent.duration), attributes: callAttributes(call)))
        }
        return spans
    }

    private var failureText: String? {
        switch trace.outcome {
        case .completed: nil
        case .failed(let node): Amounts.text(of: trace[node].value)
        case .cancelled: "cancelled"
        }
    }

    private var rootAttributes: Fields {
        let inputs = Fields(trace.nodes.filter { $0.kind == .input }.map { ($0.base, $0.value) })
        var fields: Fields = [
            "openinference.span.kind": "CHAIN", "input.value": .text(Value.object(inputs).json),
            "input.mime_type": "application/json", "optrace.workflow": .text(workflow),
            "optrace.candidate": .text("\(trace.candidate.id)"), "optrace.outcome": .text(trace.outcome.name),
        ]
        if let result = trace.result { fields["output.value"] = .text(Amounts.text(of: result.value)) }
        if let number { fields["optrace.trace"] = .integer(number) }
        if let run { fields["session.id"] = .text(run) }
        if let step { fields["optrace.step"] = .integer(step) }
        if let example { fields["optrace.example"] = .text(example) }
        if let split { fields["optrace.split"] = .text(split) }
        if let score { fields["optrace.score"] = .number(score) }
        for id in trace.parameters {
            let node = trace[id]
            fields["optrace.parameter.\(node.parameter?.name ?? node.base)"] = .text(Amounts.text(of: node.value))
        }
        return fields
    }

    private func attributes(of node: Node) -> Fields {
        let inputs = Fields(node.inputs.map { ($0.name, trace[$0.node].value) })
        var fields: Fields = [
            "openinference.span.kind": "CHAIN", "optrace.node": .text(node.name),
            "optrace.operation": .text(node.operation?.name ?? ""), "input.value": .text(Value.object(inputs).json),
            "input.mime_type": "application/json", "output.value": .text(Amounts.text(of: node.value)),
        ]
        if let location = node.operation?.location, !location.isEmpty { fields["code.location"] = .text(location) }
        return fields
    }

    private func callAttributes(_ call: ModelCall) -> Fields {
        let model = Self.modelParts(call.model)
        var fields: Fields = [
            "openinference.span.kind": "LLM", "optrace.node": .text(trace[call.node].name),
            "optrace.cached": .flag(call.wasCached), "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": .text(model.provider), "gen_ai.system": .text(model.provider),
            "gen_ai.request.model": .text(model.name), "gen_ai.usage.input_tokens": .integer(call.usage.promptTokens),
            "gen_ai.usage.output_tokens": .integer(call.usage.completionTokens), "llm.model_name": .text(model.name),
            "llm.provider": .text(model.provider), "llm.token_count.prompt": .integer(call.usage.promptTokens),
            "llm.token_count.completion": .integer(call.usage.completionTokens),
            "llm.token_count.total": .integer(call.usage.totalTokens),
        ]
        if let cost = call.usage.cost { fields["llm.cost.total"] = .number(cost) }
        guard let exchange = call.completion.flatMap({ exchanges[$0] }) else { return fields }
        let messages = exchange.request["messages"]?.list ?? []
        for (index, message) in messages.enumerated() {
            fields["llm.input_messages.\(index).message.role"] = message["role"] ?? ""
            fields["llm.input_messages.\(index).message.content"] = message["content"] ?? ""
        }
        fields["llm.output_messages.0.message.role"] = "assistant"
        fields["llm.output_messages.0.message.content"] = .text(exchange.reply.text)
        fields["gen_ai.input.messages"] = .text(Value.list(messages.map(Self.parts)).json)
        let finish = Self.finish(exchange.reply.finish)
        fields["gen_ai.output.messages"] = .text(
            Value.list([
                [
                    "role": "assistant", "parts": [["type": "text", "content": .text(exchange.reply.text)]],
                    "finish_reason": .text(finish),
                ]
            ]).json)
        fields["gen_ai.response.finish_reasons"] = .list([.text(finish)])
        if !exchange.reply.servedBy.isEmpty { fields["gen_ai.response.model"] = .text(exchange.reply.servedBy) }
        var settings = exchange.request.object ?? [:]
        settings["messages"] = nil
        fields["llm.invocation_parameters"] = .text(Value.object(settings).json)
        fields["gen_ai.request.temperature"] = settings["temperature"]
        fields["gen_ai.request.max_tokens"] = settings["max_tokens"]
        fields["input.value"] = .text(Value.list(messages).json)
        fields["input.mime_type"] = "application/json"
        fields["output.value"] = .text(exchange.reply.text)
        return fields
    }

    private static func parts(_ message: Value) -> Value {
        [
            "role": message["role"] ?? "user",
            "parts": [["type": "text", "content": message["content"] ?? ""]],
        ]
    }

    private static func finish(_ finish: ChatReply.Finish) -> String {
        switch finish {
        case .stop: "stop"
        case .length: "length"
        case .refusal: "content_filter"
        case .other(let word): word
        }
    }

    static func modelParts(_ text: String) -> (provider: String, name: String) {
        guard let colon = text.firstIndex(of: ":") else { return ("unknown", text) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    private static func errorType(_ text: String) -> String {
        guard text.hasPrefix("("), let end = text.firstIndex(of: ")") else { return "Error" }
        return String(text[text.index(after: text.startIndex)..<end])
    }
}
