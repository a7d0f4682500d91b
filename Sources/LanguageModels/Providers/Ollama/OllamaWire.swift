import TraceGraph

/// `/api/chat` as bytes.
struct OllamaWire: ChatWire {
    let framing = StreamFraming.lines

    func path(after base: ServerAddress) -> String { "api/chat" }

    func remedy(forUnknownModel model: String) -> String { "run `ollama pull \(model)`" }

    func body(for request: ChatRequest, isStreamed: Bool) -> Value {
        var fields: Fields = ["model": .text(request.model.model)]
        fields["messages"] = .list(request.messages.map(\.wireValue))
        // Streaming is what it does unless told otherwise.
        fields["stream"] = .flag(isStreamed)
        switch request.format {
        case .text: break
        case .json: fields["format"] = "json"
        case .schema(_, let schema): fields["format"] = schema
        }
        var options = Fields()
        options["temperature"] = request.temperature.map(Value.number)
        options["top_p"] = request.topP.map(Value.number)
        options["seed"] = request.seed.map(Value.integer)
        options["num_predict"] = limit(for: request).map(Value.integer)
        if !request.stop.isEmpty { options["stop"] = .list(request.stop.map(Value.text)) }
        if !options.isEmpty { fields["options"] = .object(options) }
        if request.wantsLogProbabilities {
            fields["logprobs"] = true
            fields["top_logprobs"] = .integer(OpenAIWire.alternatives)
        }
        return .object(fields)
    }

    func reply(to request: ChatRequest, from answer: Value) throws(WireProblem) -> ChatReply {
        var assembly = assembly(for: request)
        _ = try assembly.take(answer)
        guard let reply = assembly.reply else { throw .unreadable("its answer is not marked as done") }
        return reply
    }

    func assembly(for request: ChatRequest) -> OllamaAssembly { OllamaAssembly() }
}

/// Puts a reply together from the lines of a stream, of which a whole answer is the only one.
struct OllamaAssembly: ReplyAssembly {
    private var text = ""
    private var finish: ChatReply.Finish?
    private var usage = Usage(calls: 1, cost: nil)
    private var servedBy = ""
    private var tokens: [ChatReply.TokenProbability] = []

    var isClosed: Bool { finish != nil }

    mutating func close() {}

    mutating func take(_ line: Value) throws(WireProblem) -> String {
        if let complaint = line.complaint { throw .complaint(complaint) }
        guard let message = line["message"], message.object != nil else { throw .unreadable("it sent no message") }
        let added = message["content"]?.text ?? ""
        text += added
        servedBy = line["model"]?.text ?? servedBy
        tokens += (line["logprobs"]?.list ?? []).compactMap(ChatReply.TokenProbability.init(wire:))
        if line["done"]?.flag == true {
            // Old versions give no reason.
            finish = .init(wire: line["done_reason"]?.text ?? "")
            usage.promptTokens = line.count("prompt_eval_count")
            usage.completionTokens = line.count("eval_count")
        }
        return added
    }

    var reply: ChatReply? {
        finish.map { ChatReply(text: text, finish: $0, usage: usage, servedBy: servedBy, tokens: tokens) }
    }
}
