import TraceGraph

/// What the attributes of a span say, by OpenTelemetry's conventions for generative AI, older and newer, and those of
/// OpenInference.
extension ImportedSpan {
    /// Whether the span is a model call that Optrace's own export wrote below the node it was made in.
    var isModelCallOfNode: Bool {
        attributes["optrace.node"] != nil && attributes["optrace.operation"] == nil && isModelCall
    }

    var isModelCall: Bool {
        attributes["gen_ai.request.model"] != nil || attributes["llm.model_name"] != nil
            || attributes["openinference.span.kind"]?.text == "LLM"
    }

    var operationName: String {
        guard let node = attributes["optrace.node"]?.text else { return name.isEmpty ? "span" : name }
        // `reply:3` is the fourth node called reply.
        guard let colon = node.lastIndex(of: ":"), node[node.index(after: colon)...].allSatisfy(\.isNumber) else {
            return node
        }
        return String(node[..<colon])
    }

    var documentation: String {
        attribute("gen_ai.tool.description", "tool.description", "llm.prompt_template.template")?.text ?? ""
    }

    /// What it was given, by name.
    var inputs: Fields {
        var fields = Fields()
        if let messages = attribute("gen_ai.input.messages", "gen_ai.prompt").flatMap(Self.read) ?? numbered(
            "llm.input_messages")
            ?? numbered("gen_ai.prompt")
        {
            for (name, value) in Self.byRole(messages) { fields[name] = value }
        }
        if fields.isEmpty, let value = attribute("input.value", "traceloop.entity.input") {
            let read = Self.read(value)
            if let object = read.object, !object.isEmpty {
                fields = object
            } else {
                fields["input"] = read
            }
        }
        if let system = attribute("gen_ai.system_instructions").flatMap(Self.read) {
            fields["system"] = .text(Self.content(of: system))
        }
        for (name, value) in attributes where name.hasPrefix("llm.prompt_template.variables") {
            if let object = Self.read(value).object { for (key, value) in object { fields[key] = value } }
        }
        if let temperature = attribute("gen_ai.request.temperature") { fields["temperature"] = temperature }
        return fields
    }

    /// What it came to.
    var output: Value {
        if let failure { return .text("(\(failureType ?? "Error")) \(failure)") }
        if let messages = attribute("gen_ai.output.messages", "gen_ai.completion").flatMap(Self.read)
            ?? numbered("llm.output_messages") ?? numbered("gen_ai.completion")
        {
            let texts = (messages.list ?? [messages]).map(Self.content)
            return .text(texts.joined(separator: "\n"))
        }
        return attribute("output.value", "traceloop.entity.output").map(Self.read) ?? .null
    }

    func modelCall(at node: NodeID, since origin: UInt64) -> ModelCall {
        let provider =
            attribute("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system")?.text ?? "unknown"
        let model = attribute("gen_ai.response.model", "gen_ai.request.model", "llm.model_name")?.text ?? "unknown"
        func count(_ value: Value?) -> Int {
            ClaimBounds.count(value?.integer ?? value?.number.flatMap { Int(exactly: $0) } ?? 0)
        }
        var usage = Usage(calls: 1)
        usage.promptTokens = count(
            attribute("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"))
        usage.completionTokens = count(
            attribute("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"))
        usage.cost = attribute("llm.cost.total", "gen_ai.usage.cost")?.number
        return ModelCall(
            node: node, model: "\(provider):\(model)", completion: nil, usage: usage,
            wasCached: attributes["optrace.cached"]?.flag ?? false, start: Self.time(from: origin, to: start),
            duration: Self.time(from: start, to: end))
    }

    /// What events and attributes say about the output: Optrace's own feedback, evaluations of GenAI conventions.
    func feedback(on node: NodeID) -> [Feedback] {
        events.compactMap { event in
            switch event.name {
            case "feedback":
                var scores: [String: Double] = [:]
                for (name, value) in event.attributes where name.hasPrefix("score.") {
                    scores[String(name.dropFirst("score.".count))] = value.number
                }
                return Feedback(on: node, event.attributes["text"]?.text ?? "", scores: scores)
            case "gen_ai.evaluation.result":
                let name = event.attributes["gen_ai.evaluation.name"]?.text ?? "evaluation"
                let score = event.attributes["gen_ai.evaluation.score.value"]?.number
                return Feedback(
                    on: node, event.attributes["gen_ai.evaluation.explanation"]?.text ?? "",
                    scores: score.map { [name: $0] } ?? [:])
            default: return nil
            }
        }
    }

    /// Nanoseconds from one to the other; none when the other is earlier, decades when it is more.
    static func time(from first: UInt64, to second: UInt64) -> Int64 {
        ClaimBounds.time(second - min(second, first))
    }

    // MARK: Forms

    /// JSON where the text is an object or a list in JSON, the text as it is otherwise.
    private static func read(_ value: Value) -> Value {
        guard let text = value.text, let first = text.first(where: { !$0.isWhitespace }), first == "{" || first == "[",
            let read = try? Value(json: text)
        else { return value }
        return read
    }

    /// `llm.input_messages.0.message.content` and its like as a list of messages; nil where there are none.
    private func numbered(_ prefix: String) -> Value? {
        var messages: [Int: Fields] = [:]
        for (name, value) in attributes where name.hasPrefix("\(prefix).") {
            let parts = name.dropFirst(prefix.count + 1).split(separator: ".")
            guard parts.count >= 2, let place = Int(parts[0]), let field = parts.last else { continue }
            messages[place, default: [:]][String(field)] = value
        }
        guard !messages.isEmpty else { return nil }
        return .list(messages.sorted { $0.key < $1.key }.map { .object($0.value) })
    }

    /// The texts of messages by their roles, several of a role one after the other.
    private static func byRole(_ messages: Value) -> Fields {
        var fields = Fields()
        guard let list = messages.list else { return ["prompt": .text(content(of: messages))] }
        for message in list {
            let role = message["role"]?.text ?? "user"
            let text = content(of: message)
            fields[role] = .text(fields[role]?.text.map { "\($0)\n\n\(text)" } ?? text)
        }
        return fields
    }

    private static func content(of message: Value) -> String {
        if let text = message.text { return text }
        if let list = message.list { return list.map(content).joined(separator: "\n") }
        for name in ["content", "text", "arguments"] {
            if let content = message[name], !content.isNull { return Self.content(of: content) }
        }
        if let parts = message["parts"]?.list { return parts.map(content).joined(separator: "\n") }
        return message.json
    }
}
