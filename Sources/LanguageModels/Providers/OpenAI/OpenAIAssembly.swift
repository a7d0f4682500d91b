import TraceGraph

/// Puts a reply together from Chat Completions objects, whole or in chunks.
struct OpenAIAssembly: ReplyAssembly {
    private var text = ""
    private var isRefused = false
    private var finish: ChatReply.Finish?
    private var usage = Usage(calls: 1, cost: nil)
    private var servedBy = ""
    private var tokens: [ChatReply.TokenProbability] = []
    private(set) var isClosed = false

    mutating func close() {
        isClosed = true
        // Compatible servers that never say how a reply ended exist; it must not pass for a whole one.
        if finish == nil { finish = .other("") }
    }

    mutating func take(_ piece: Value) throws(WireProblem) -> String {
        if let complaint = piece.complaint { throw .complaint(complaint) }
        guard piece.object != nil else { throw .unreadable("a piece of its stream is no object") }
        note(piece)
        // The last piece, which holds the usage, has no choices.
        guard let choice = piece["choices"]?.list?.first(where: { ($0["index"]?.integer ?? 0) == 0 }) else { return "" }
        return note(choice, content: choice["delta"] ?? .null)
    }

    /// Notes what stands beside the choices.
    mutating func note(_ answer: Value) {
        if let model = answer["model"]?.text, !model.isEmpty { servedBy = model }
        guard let used = answer["usage"], used.object != nil else { return }
        usage.promptTokens = used.count("prompt_tokens")
        usage.completionTokens = used.count("completion_tokens")
        // The second name is DeepSeek's.
        usage.cachedPromptTokens = max(
            used["prompt_tokens_details"]?.count("cached_tokens") ?? 0, used.count("prompt_cache_hit_tokens"))
    }

    /// Notes a choice whose message, or part of one, is `content`.
    ///
    /// - Returns: The text it adds.
    @discardableResult
    mutating func note(_ choice: Value, content: Value) -> String {
        var added = Self.text(of: content["content"])
        if let refusal = content["refusal"]?.text, !refusal.isEmpty {
            isRefused = true
            added += refusal
        }
        text += added
        tokens += (choice["logprobs"]?["content"]?.list ?? []).compactMap(ChatReply.TokenProbability.init(wire:))
        if let reason = choice["finish_reason"]?.text { finish = .init(wire: reason) }
        return added
    }

    /// A text as it is, or the texts among the parts of a list.
    private static func text(of content: Value?) -> String {
        content?.text ?? content?.list?.compactMap { $0["text"]?.text }.joined() ?? ""
    }

    var reply: ChatReply? {
        guard let finish else { return nil }
        return ChatReply(
            text: text, finish: isRefused ? .refusal : finish, usage: usage, servedBy: servedBy, tokens: tokens)
    }
}

extension ChatReply.Finish {
    /// Reads the word a provider has for the end of a reply.
    init(wire reason: String) {
        self =
            switch reason {
            case "stop", "stop_sequence", "end_turn", "eos", "eos_token": .stop
            case "length", "max_tokens", "model_length", "model_context_window_exceeded": .length
            case "content_filter", "refusal": .refusal
            default: .other(reason)
            }
    }
}

extension ChatReply.TokenProbability {
    /// What providers write for a probability too small to matter.
    private static let impossible = -9999.0

    /// Reads `{"token", "logprob", "top_logprobs": […]}`; nil when there is no token.
    init?(wire value: Value) {
        guard let token = value["token"]?.text else { return nil }
        var alternatives: [String: Double] = [:]
        for other in value["top_logprobs"]?.list ?? [] {
            guard let token = other["token"]?.text else { continue }
            // Different tokens may have one spelling, such as parts of a character.
            alternatives[token] = max(alternatives[token] ?? -.infinity, other["logprob"]?.number ?? Self.impossible)
        }
        self.init(
            token: token, logProbability: value["logprob"]?.number ?? Self.impossible, alternatives: alternatives)
    }
}
