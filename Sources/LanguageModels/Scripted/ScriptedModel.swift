import ContentHash
import Synchronization
import TraceGraph

/// Answers from a script, or from a function: for tests and demonstrations, at no cost.
public final class ScriptedModel: LanguageModel {
    private enum Source {
        case script(Script)
        case function(@Sendable (ChatRequest) async throws -> Script.Reply)
    }

    private struct State {
        /// For each rule, which distinct request was the how manieth it answered.
        var places: [Int: [ContentHash: Int]] = [:]
        /// How often each request was asked of rules whose replies fail some times.
        var tries: [ContentHash: Int] = [:]
    }

    private let source: Source
    private let state = Mutex(State())

    public init(_ script: Script) {
        source = .script(script)
    }

    /// Answers with what `answer` returns.
    public init(answering answer: @escaping @Sendable (ChatRequest) async throws -> Script.Reply) {
        source = .function(answer)
    }

    /// Answers distinct requests with `replies` in order.
    public convenience init(replies: [String], then ending: Script.Ending = .fail) {
        self.init(Script(replies: replies, then: ending))
    }

    /// - Throws: ``ModelError/Code/script`` when no rule applies or the rule's replies are used up; the failure the
    ///   script asks for; what the function throws.
    public func reply(to request: ChatRequest) async throws -> ChatReply {
        let reply: Script.Reply
        switch source {
        case .function(let answer): reply = try await answer(request)
        case .script(let script): reply = try answer(request, script)
        }
        if let error = reply.error { throw Self.failure(error, request.model) }
        return ChatReply(
            text: reply.text, finish: reply.finish, usage: reply.usage ?? Self.counted(request, reply.text),
            servedBy: request.model.description)
    }

    /// `sha256:` and the digest of the script's file; nil for a script made in code and for a function.
    public func endpoint(of model: ModelName) async throws -> String? {
        guard case .script(let script) = source, let digest = script.digest else { return nil }
        return "sha256:\(digest.hex)"
    }

    private func answer(_ request: ChatRequest, _ script: Script) throws(ModelError) -> Script.Reply {
        for (index, rule) in script.rules.enumerated() {
            guard let match = rule.conditions.match(request) else { continue }
            var reply = try reply(of: rule, index, request)
            reply.text = match.filled(reply.text)
            if let times = reply.error?.times {
                let key = request.key
                let tries = state.withLock { state in
                    state.tries[key, default: 0] += 1
                    return state.tries[key, default: 0]
                }
                if tries > times { reply.error = nil }
            }
            return reply
        }
        throw ModelError(
            .script,
            "\(script.name): no rule applies to request \(request.key.hex.prefix(12)); add one, or a last one without "
                + "`when`", model: request.model)
    }

    private func reply(of rule: Script.Rule, _ index: Int, _ request: ChatRequest) throws(ModelError) -> Script.Reply {
        if !rule.isOrdered, let reply = rule.replies.first { return reply }
        let key = request.key
        let place = state.withLock { state in
            if let place = state.places[index]?[key] { return place }
            let place = state.places[index]?.count ?? 0
            state.places[index, default: [:]][key] = place
            return place
        }
        if place < rule.replies.count { return rule.replies[place] }
        switch rule.ending {
        case .cycle: return rule.replies[place % rule.replies.count]
        case .last: return rule.replies[rule.replies.count - 1]
        case .fail:
            throw ModelError(
                .script,
                "\(rule.place): all \(rule.replies.count) replies are used and another request came; add replies, or "
                    + "`then: cycle` or `then: last`", model: request.model)
        }
    }

    private static func failure(_ failure: Script.Failure, _ model: ModelName) -> ModelError {
        let statuses: [ModelError.Code: Int] = [
            .rateLimited: 429, .overloaded: 503, .serverError: 500, .badRequest: 400, .contextTooLong: 400,
            .wrongKey: 401, .unknownModel: 404,
        ]
        return ModelError(
            failure.code, "\(model): the script asks for the failure \(failure.code)", model: model,
            status: statuses[failure.code], retryAfter: failure.retryAfter)
    }

    /// One token for every four bytes begun, of the prompt and of the reply.
    private static func counted(_ request: ChatRequest, _ reply: String) -> Usage {
        let prompt = request.messages.reduce(0) { $0 + $1.content.utf8.count }
        return Usage(calls: 1, promptTokens: (prompt + 3) / 4, completionTokens: (reply.utf8.count + 3) / 4)
    }
}
