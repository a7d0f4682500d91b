import TraceGraph

/// Messages as bytes.
struct AnthropicWire: ChatWire {
    let defaultMaximumTokens: Int

    let framing = StreamFraming.events

    var standingLimit: Int? { defaultMaximumTokens }

    func path(after base: ServerAddress) -> String {
        // People give the address with the version as often as without.
        base.path.hasSuffix("/v1") || base.path.hasSuffix("/v1/") ? "messages" : "v1/messages"
    }

    func remedy(forUnknownModel model: String) -> String { "check the model's name" }

    func body(for request: ChatRequest, isStreamed: Bool) -> Value {
        var fields: Fields = ["model": .text(request.model.model)]
        fields["max_tokens"] = limit(for: request).map(Value.integer)
        let system = request.messages.filter { $0.role == .system }.map(\.content)
        if !system.isEmpty { fields["system"] = .text(system.joined(separator: "\n\n")) }
        fields["messages"] = .list(request.messages.filter { $0.role != .system }.map(\.wireValue))
        fields["temperature"] = request.temperature.map(Value.number)
        fields["top_p"] = request.topP.map(Value.number)
        if !request.stop.isEmpty { fields["stop_sequences"] = .list(request.stop.map(Value.text)) }
        if let tool = AnthropicTool(request.format) {
            fields["tools"] = [tool.definition]
            fields["tool_choice"] = ["type": "tool", "name": .text(tool.name)]
        }
        if isStreamed { fields["stream"] = true }
        return .object(fields)
    }

    func reply(to request: ChatRequest, from answer: Value) throws(WireProblem) -> ChatReply {
        if let complaint = answer.complaint { throw .complaint(complaint) }
        guard let content = answer["content"]?.list else { throw .unreadable("its answer has no content") }
        guard let reason = answer["stop_reason"]?.text else { throw .unreadable("its answer has no stop_reason") }
        var assembly = assembly(for: request)
        assembly.note(message: answer)
        for block in content { assembly.note(block: block) }
        assembly.note(stopReason: reason)
        guard let reply = assembly.reply else { throw .unreadable("its answer has no end") }
        return reply
    }

    func assembly(for request: ChatRequest) -> AnthropicAssembly {
        AnthropicAssembly(tool: AnthropicTool(request.format))
    }
}

/// The tool whose input is the reply, when the reply has to be JSON.
struct AnthropicTool: Hashable {
    let name: String
    let schema: Value
    /// Whether the reply stands in a field of the input, because a tool's input has to be an object.
    let isWrapped: Bool

    /// - Returns: nil when any text will do.
    init?(_ format: ChatRequest.ReplyFormat) {
        switch format {
        case .text: return nil
        case .json:
            name = "reply"
            schema = ["type": "object", "additionalProperties": true]
            isWrapped = false
        case .schema(let name, let schema):
            self.name = wireName(name)
            isWrapped = schema["type"]?.text != "object"
            self.schema = isWrapped ? Self.wrap(schema) : schema
        }
    }

    private static func wrap(_ schema: Value) -> Value {
        var inner = schema.object ?? [:]
        // References count from the root: definitions have to stay there.
        let definitions = inner["$defs"]
        inner["$defs"] = nil
        var outer: Fields = ["type": "object", "properties": ["reply": .object(inner)], "required": ["reply"]]
        outer["$defs"] = definitions
        return .object(outer)
    }

    var definition: Value {
        ["name": .text(name), "description": "Gives the reply.", "input_schema": schema]
    }

    /// The reply in the tool's input.
    func reply(in input: Value) -> String { (isWrapped ? input["reply"] ?? input : input).json }
}
