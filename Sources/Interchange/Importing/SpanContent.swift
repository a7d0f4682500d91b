import TraceGraph

/// What the attributes of a span say, whichever convention they follow.
enum SpanContent {
    private static let inputs = [
        "input.value", "gen_ai.input.messages", "gen_ai.prompt", "gen_ai.tool.call.arguments", "traceloop.entity.input",
        "langfuse.observation.input", "mlflow.spanInputs",
    ]
    private static let outputs = [
        "output.value", "gen_ai.output.messages", "gen_ai.completion", "gen_ai.tool.call.result",
        "traceloop.entity.output", "langfuse.observation.output", "mlflow.spanOutputs",
    ]

    static func input(of span: ImportedSpan) -> Value? {
        content(of: span, inputs, events: ["gen_ai.content.prompt"], indexed: "gen_ai.prompt")
    }

    static func output(of span: ImportedSpan) -> Value? {
        content(
            of: span, outputs, events: ["gen_ai.content.completion", "gen_ai.choice"], indexed: "gen_ai.completion")
    }

    /// A text as it stands, unless it says of itself that it is JSON; messages of one text are that text.
    private static func content(
        of span: ImportedSpan, _ names: [String], events: [String], indexed: String
    ) -> Value? {
        for name in names {
            if let value = span.attributes[name] { return message(in: value) ?? value }
        }
        // One attribute a message: gen_ai.prompt.0.content.
        var texts: [String] = []
        while let text = span.attributes["\(indexed).\(texts.count).content"]?.text { texts.append(text) }
        if !texts.isEmpty { return .text(texts.joined(separator: "\n\n")) }
        for event in span.events where events.contains(event.name) {
            for name in [indexed, "content", "message"] {
                if let value = event.attributes[name] { return message(in: value) ?? value }
            }
        }
        return nil
    }

    /// `[{"role": …, "parts": [{"content": …}]}]` and `[{"role": …, "content": …}]` as texts.
    private static func message(in value: Value) -> Value? {
        guard let text = value.text, text.hasPrefix("[{"), let list = (try? Value(json: text))?.list else { return nil }
        var texts: [String] = []
        for message in list {
            if let content = message["content"]?.text {
                texts.append(content)
            } else if let parts = message["parts"]?.list {
                texts += parts.compactMap { $0["content"]?.text ?? $0["text"]?.text }
            }
        }
        return texts.isEmpty ? nil : .text(texts.joined(separator: "\n\n"))
    }

    static func documentation(of span: ImportedSpan) -> String {
        let kind = span.attributes["gen_ai.operation.name"]?.text ?? span.attributes["openinference.span.kind"]?.text
        return kind ?? ""
    }

    static func location(of span: ImportedSpan) -> String {
        guard let file = span.attributes["code.filepath"]?.text ?? span.attributes["code.file.path"]?.text else {
            return ""
        }
        let line = span.attributes["code.lineno"]?.integer ?? span.attributes["code.line.number"]?.integer
        return line.map { "\(file):\($0)" } ?? file
    }

    /// `(Type) message`, from the exception it recorded, else from its status.
    static func failure(of span: ImportedSpan) -> String {
        let exception = span.events.last { $0.name == "exception" }?.attributes
        let type = exception?["exception.type"]?.text ?? span.attributes["error.type"]?.text ?? "Error"
        let message = exception?["exception.message"]?.text ?? span.failure ?? ""
        return message.hasPrefix("(") ? message : "(\(type)) \(message)"
    }

    /// The model call that the span is; its node and times are still to be filled in.
    static func call(of span: ImportedSpan) -> ModelCall? {
        let attributes = span.attributes
        func count(_ names: String...) -> Int? { names.lazy.compactMap { attributes[$0]?.integer }.first }
        let prompt = count("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt")
        let completion = count(
            "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion")
        let model =
            attributes["gen_ai.response.model"]?.text ?? attributes["gen_ai.request.model"]?.text
            ?? attributes["llm.model_name"]?.text
        guard let model, prompt != nil || completion != nil || attributes["gen_ai.operation.name"] != nil else {
            return nil
        }
        let provider =
            attributes["gen_ai.provider.name"]?.text ?? attributes["gen_ai.system"]?.text
            ?? attributes["llm.provider"]?.text
        return ModelCall(
            node: NodeID(0), model: provider.map { "\($0):\(model)" } ?? model, completion: nil,
            usage: Usage(calls: 1, promptTokens: prompt ?? 0, completionTokens: completion ?? 0, cost: nil),
            wasCached: false, start: 0, duration: 0)
    }
}
