import TraceGraph

/// Makes rules out of the nodes of a script file.
struct ScriptReader {
    let name: String
    private var rules: [Script.Rule] = []
    private var usage: Usage?

    init(name: String) { self.name = name }

    func script() throws(ModelError) -> Script {
        guard !rules.isEmpty else { throw ModelError(.script, "\(name):1: the script has no replies") }
        return Script(rules, name: name)
    }

    mutating func readDocument(_ node: ScriptNode) throws(ModelError) {
        switch node.content {
        case .list(let items):
            for item in items { try readItem(item) }
        case .fields(let fields) where fields.contains { $0.name == "rules" || $0.name == "replies" }:
            try check(fields, known: ["rules", "replies", "then", "usage"], node)
            if let usage = fields.node("usage") { self.usage = try readUsage(usage) }
            if let replies = fields.node("replies") {
                let ending = try readEnding(fields.node("then"))
                rules.append(Script.Rule(try readReplies(replies), then: ending, place: place(replies)))
            }
            guard let list = fields.node("rules") else { return }
            guard case .list(let items) = list.content else { throw error(list, "`rules` must be a list") }
            for item in items { try readItem(item) }
        default:
            throw error(node, "expected a list of rules, or an object with `rules` or `replies`")
        }
    }

    /// One rule; or a bare reply, which joins the replies before it into one list in order.
    mutating func readItem(_ node: ScriptNode) throws(ModelError) {
        if case .fields(let fields) = node.content, fields.contains(where: { Self.ruleFields.contains($0.name) }) {
            return rules.append(try readRule(fields, node))
        }
        let reply = try readReply(node)
        if let last = rules.indices.last, rules[last].isBare {
            rules[last].replies.append(reply)
        } else {
            var rule = Script.Rule([reply], place: place(node))
            rule.isBare = true
            rules.append(rule)
        }
    }

    private static let ruleFields: Set = ["when", "then", "reply", "replies"]
    private static let replyFields = ["text", "finish", "usage", "error", "times", "retry_after"]

    private func readRule(
        _ fields: [(name: String, node: ScriptNode)], _ node: ScriptNode
    ) throws(ModelError) -> Script.Rule {
        try check(fields, known: ["when", "then", "reply", "replies"] + Self.replyFields.dropFirst(), node)
        let conditions = try readConditions(fields.node("when"))
        var replies = [Script.Reply("")]
        var isOrdered = false
        if let reply = fields.node("reply") ?? fields.node("replies") {
            replies = try readReplies(reply)
            if case .list = reply.content { isOrdered = true }
        } else if fields.node("error") == nil && fields.node("finish") == nil {
            throw error(node, "the rule has neither `reply` nor `error`")
        }
        for index in replies.indices { try readReplyFields(fields, into: &replies[index]) }
        var rule = Script.Rule(
            when: conditions, replies, then: try readEnding(fields.node("then")), place: place(node))
        rule.isOrdered = isOrdered
        return rule
    }

    private func readReplies(_ node: ScriptNode) throws(ModelError) -> [Script.Reply] {
        guard case .list(let items) = node.content else { return [try readReply(node)] }
        guard !items.isEmpty else { throw error(node, "the list of replies is empty") }
        var replies: [Script.Reply] = []
        for item in items { replies.append(try readReply(item)) }
        return replies
    }

    private func readReply(_ node: ScriptNode) throws(ModelError) -> Script.Reply {
        var reply = Script.Reply("", usage: usage)
        guard case .fields(let fields) = node.content else {
            reply.text = node.value.plainText
            return reply
        }
        guard fields.contains(where: { Self.replyFields.contains($0.name) }) else {
            // Any other object is what a model that answers in JSON would say.
            reply.text = node.value.json
            return reply
        }
        try check(fields, known: Self.replyFields, node)
        reply.text = fields.node("text")?.value.plainText ?? ""
        try readReplyFields(fields, into: &reply)
        return reply
    }

    private func readReplyFields(
        _ fields: [(name: String, node: ScriptNode)], into reply: inout Script.Reply
    ) throws(ModelError) {
        if let node = fields.node("finish") {
            switch node.value {
            case "stop": reply.finish = .stop
            case "length": reply.finish = .length
            case "refusal": reply.finish = .refusal
            default: throw error(node, "`finish` must be stop, length or refusal")
            }
        }
        if let node = fields.node("usage") { reply.usage = try readUsage(node) }
        guard let node = fields.node("error") else { return }
        guard let code = node.value.text.flatMap({ Self.failures[$0] }) else {
            throw error(node, "`error` must be one of \(Self.failures.keys.sorted().joined(separator: ", "))")
        }
        var failure = Script.Failure(code)
        if let times = fields.node("times") {
            guard let count = times.value.integer, count > 0 else { throw error(times, "`times` must be 1 or more") }
            failure.times = count
        }
        if let wait = fields.node("retry_after") {
            guard let seconds = wait.value.number, seconds >= 0 else {
                throw error(wait, "`retry_after` must be a number of seconds")
            }
            failure.retryAfter = seconds
        }
        reply.error = failure
    }

    private func readConditions(_ node: ScriptNode?) throws(ModelError) -> ScriptConditions {
        var conditions = ScriptConditions()
        guard let node else { return conditions }
        guard case .fields(let fields) = node.content else {
            throw error(node, "`when` must be an object such as { contains: text }")
        }
        for (field, value) in fields {
            let texts = try readTexts(value, field)
            switch field {
            case "contains": conditions.contains = texts
            case "lacks": conditions.lacks = texts
            case "system_contains": conditions.systemContains = texts
            case "user_contains": conditions.userContains = texts
            case "last_contains": conditions.lastContains = texts
            case "model": conditions.models = texts
            case "matches":
                guard texts.count == 1 else { throw error(value, "`matches` takes one pattern") }
                do {
                    try conditions.match(texts[0])
                } catch {
                    throw self.error(value, error.message)
                }
            default:
                throw error(
                    value,
                    "unknown condition `\(field)`; known are contains, lacks, system_contains, user_contains, "
                        + "last_contains, matches and model")
            }
        }
        return conditions
    }

    private func readTexts(_ node: ScriptNode, _ field: String) throws(ModelError) -> [String] {
        switch node.content {
        case .value(.null), .fields: throw error(node, "`\(field)` must be a text or a list of texts")
        case .value(let value): return [value.plainText]
        case .list(let items): return items.map(\.value.plainText)
        }
    }

    private func readEnding(_ node: ScriptNode?) throws(ModelError) -> Script.Ending {
        guard let node else { return .fail }
        guard let ending = node.value.text.flatMap(Script.Ending.init) else {
            throw error(node, "`then` must be fail, cycle or last")
        }
        return ending
    }

    private func readUsage(_ node: ScriptNode) throws(ModelError) -> Usage {
        guard case .fields(let fields) = node.content else {
            throw error(node, "`usage` must be an object such as { prompt_tokens: 10, completion_tokens: 2 }")
        }
        try check(fields, known: ["prompt_tokens", "cached_prompt_tokens", "completion_tokens"], node)
        func count(_ name: String) throws(ModelError) -> Int {
            guard let node = fields.node(name) else { return 0 }
            guard let count = node.value.integer, (0...1_000_000_000).contains(count) else {
                throw error(node, "`\(name)` must be a number of tokens")
            }
            return count
        }
        return Usage(
            calls: 1, promptTokens: try count("prompt_tokens"),
            cachedPromptTokens: try count("cached_prompt_tokens"),
            completionTokens: try count("completion_tokens"))
    }

    private func check(
        _ fields: [(name: String, node: ScriptNode)], known: [String], _ node: ScriptNode
    ) throws(ModelError) {
        for field in fields where !known.contains(field.name) {
            throw error(field.node, "unknown field `\(field.name)`; known are \(known.joined(separator: ", "))")
        }
    }

    private func place(_ node: ScriptNode) -> String { "\(name):\(node.line)" }

    private func error(_ node: ScriptNode, _ message: String) -> ModelError {
        ModelError(.script, "\(place(node)): \(message)")
    }

    private static let failures: [String: ModelError.Code] = [
        "rate_limited": .rateLimited, "overloaded": .overloaded, "server_error": .serverError, "timeout": .timeout,
        "unreachable": .unreachable, "interrupted": .interrupted, "bad_request": .badRequest,
        "context_too_long": .contextTooLong, "wrong_key": .wrongKey, "unknown_model": .unknownModel,
        "unreadable_reply": .unreadableReply,
    ]
}

extension [(name: String, node: ScriptNode)] {
    fileprivate func node(_ name: String) -> ScriptNode? { first { $0.name == name }?.node }
}
