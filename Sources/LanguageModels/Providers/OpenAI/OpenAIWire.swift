import TraceGraph

/// Chat Completions as bytes.
struct OpenAIWire: ChatWire {
    let tokenLimit: OpenAIProvider.TokenLimit
    let extraFields: Fields

    /// As many alternatives a token as the interface allows.
    static let alternatives = 20

    let framing = StreamFraming.events

    func path(after base: ServerAddress) -> String { "chat/completions" }

    func remedy(forUnknownModel model: String) -> String { "check the model's name" }

    func body(for request: ChatRequest, isStreamed: Bool) -> Value {
        var fields: Fields = ["model": .text(request.model.model)]
        fields["messages"] = .list(request.messages.map(\.wireValue))
        fields["temperature"] = request.temperature.map(Value.number)
        fields["top_p"] = request.topP.map(Value.number)
        fields[tokenLimit.rawValue] = limit(for: request).map(Value.integer)
        fields["seed"] = request.seed.map(Value.integer)
        if !request.stop.isEmpty { fields["stop"] = .list(request.stop.map(Value.text)) }
        switch request.format {
        case .text: break
        case .json: fields["response_format"] = ["type": "json_object"]
        case .schema(let name, let schema):
            fields["response_format"] = [
                "type": "json_schema",
                "json_schema": ["name": .text(wireName(name)), "strict": true, "schema": schema],
            ]
        }
        if request.wantsLogProbabilities {
            fields["logprobs"] = true
            fields["top_logprobs"] = .integer(Self.alternatives)
        }
        if isStreamed {
            fields["stream"] = true
            fields["stream_options"] = ["include_usage": true]
        }
        for (name, value) in extraFields { fields[name] = value }
        return .object(fields)
    }

    func reply(to request: ChatRequest, from answer: Value) throws(WireProblem) -> ChatReply {
        if let complaint = answer.complaint { throw .complaint(complaint) }
        guard let choice = answer["choices"]?.list?.first else { throw .unreadable("its answer has no choices") }
        guard let message = choice["message"], message.object != nil else {
            throw .unreadable("its answer has no message")
        }
        var assembly = assembly(for: request)
        assembly.note(answer)
        assembly.note(choice, content: message)
        assembly.close()
        guard let reply = assembly.reply else { throw .unreadable("its answer has no end") }
        return reply
    }

    func assembly(for request: ChatRequest) -> OpenAIAssembly { OpenAIAssembly() }
}

extension ChatMessage {
    /// `{"role", "content"}`, as all three providers want it.
    var wireValue: Value { ["role": .text(role.rawValue), "content": .text(content)] }
}

/// `name` with nothing in it that providers refuse in the name of a schema: letters, digits, `_` and `-`, at most 64.
func wireName(_ name: String) -> String {
    let kept = name.unicodeScalars.prefix(64).map { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "-")
            ? Character(scalar) : "_"
    }
    return kept.isEmpty ? "reply" : String(kept)
}
