import TraceGraph

/// Puts a reply together from a message or from the events of a stream.
struct AnthropicAssembly: ReplyAssembly {
    private let tool: AnthropicTool?
    private var text = ""
    private var toolInput = ""
    private var toolReply: String?
    private var finish: ChatReply.Finish?
    private var usage = Usage(calls: 1, cost: nil)
    private var servedBy = ""
    private(set) var isClosed = false

    init(tool: AnthropicTool?) { self.tool = tool }

    mutating func close() { isClosed = true }

    mutating func take(_ event: Value) throws(WireProblem) -> String {
        switch event["type"]?.text {
        case "message_start":
            if let message = event["message"] { note(message: message) }
        case "content_block_start":
            guard let block = event["content_block"] else { break }
            if block["type"]?.text == "tool_use" { toolInput = "" } else { return note(block: block) }
        case "content_block_delta":
            guard let delta = event["delta"] else { break }
            if let json = delta["partial_json"]?.text { toolInput += json }
            return note(text: delta["type"]?.text == "text_delta" ? delta["text"]?.text ?? "" : "")
        case "content_block_stop":
            return try endTool()
        case "message_delta":
            note(used: event["usage"])
            if let reason = event["delta"]?["stop_reason"]?.text { note(stopReason: reason) }
        case "message_stop":
            isClosed = true
        case "error":
            throw .complaint(ProviderComplaint(in: event) ?? ProviderComplaint())
        case nil:
            if let complaint = event.complaint { throw .complaint(complaint) }
            throw .unreadable("an event of its stream has no type")
        default: break  // `ping`, and what later versions add.
        }
        return ""
    }

    /// Reads the tool's input once all of it is there.
    private mutating func endTool() throws(WireProblem) -> String {
        guard tool != nil, !toolInput.isEmpty else { return "" }
        defer { toolInput = "" }
        // Cut off at the token limit it is no JSON; the end of the message will say so.
        guard let input = try? Value(json: toolInput) else {
            toolReply = (toolReply ?? "") + toolInput
            return toolInput
        }
        return note(toolInput: input)
    }

    mutating func note(message: Value) {
        servedBy = message["model"]?.text ?? ""
        note(used: message["usage"])
    }

    private mutating func note(used: Value?) {
        guard let used, used.object != nil else { return }
        if used["input_tokens"]?.integer != nil {
            usage.cachedPromptTokens = used.count("cache_read_input_tokens")
            usage.promptTokens =
                used.count("input_tokens") + usage.cachedPromptTokens + used.count("cache_creation_input_tokens")
        }
        // Counts in a stream are totals so far.
        if used["output_tokens"]?.integer != nil { usage.completionTokens = used.count("output_tokens") }
    }

    /// Notes a whole block.
    ///
    /// - Returns: The text it adds.
    @discardableResult
    mutating func note(block: Value) -> String {
        switch block["type"]?.text {
        case "text": note(text: block["text"]?.text ?? "")
        case "tool_use": note(toolInput: block["input"] ?? [:])
        default: ""
        }
    }

    /// What a model says before it calls the tool is no part of a structured reply.
    private mutating func note(text added: String) -> String {
        text += added
        return tool == nil ? added : ""
    }

    private mutating func note(toolInput input: Value) -> String {
        guard let tool else { return "" }
        let added = tool.reply(in: input)
        toolReply = (toolReply ?? "") + added
        return added
    }

    mutating func note(stopReason reason: String) {
        finish = reason == "tool_use" && toolReply != nil ? .stop : .init(wire: reason)
    }

    var reply: ChatReply? {
        guard let finish else { return nil }
        // Without the tool's input there is only what was said in its place, such as a refusal.
        let end = tool != nil && toolReply == nil && finish == .stop ? .other("no_tool_use") : finish
        return ChatReply(text: toolReply ?? text, finish: end, usage: usage, servedBy: servedBy)
    }
}
