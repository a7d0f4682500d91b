import ContentHash
import LanguageModels
import TraceGraph

extension StoreWriter {
    /// Keeps a reply; the look and the writing are one transaction, so that of several processes one is first.
    ///
    /// - Returns: The reply that is kept now.
    func keep(
        _ reply: ChatReply, to request: ChatRequest, key: ContentHash, replacing: Bool
    ) throws -> ChatReply {
        if !replacing, let kept = try reader.reply(for: key) { return kept }
        let tokens = reply.tokens.isEmpty ? nil : try StoredJSON.text(of: .list(reply.tokens.map(\.stored)))
        let columns: [SQLValue] =
            [
                .text(key.hex), .text(request.model.description), SQLValue(request.endpoint),
                .integer(try place(of: request.recorded)),
                .text(reply.text), .text(reply.finish.stored), .text(reply.servedBy), SQLValue(tokens),
            ] + reply.usage.columns + [.integer(Int(reply.duration)), .text(now)]
        try statement(
            """
            INSERT INTO completions (key, model, endpoint, request, reply, finish, served_by, token_probabilities,
                calls, prompt_tokens, cached_prompt_tokens, completion_tokens, cost, duration, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET model = excluded.model, request = excluded.request,
                reply = excluded.reply, finish = excluded.finish, served_by = excluded.served_by,
                token_probabilities = excluded.token_probabilities, calls = excluded.calls,
                prompt_tokens = excluded.prompt_tokens, cached_prompt_tokens = excluded.cached_prompt_tokens,
                completion_tokens = excluded.completion_tokens, cost = excluded.cost, duration = excluded.duration,
                created_at = excluded.created_at
            """
        ).run(columns)
        return reply
    }
}
