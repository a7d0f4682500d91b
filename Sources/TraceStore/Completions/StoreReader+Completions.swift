import ContentHash
import LanguageModels
import TraceGraph

extension StoreReader {
    private static let columns = """
        c.reply, c.finish, c.served_by, c.token_probabilities, c.duration, c.calls, c.prompt_tokens,
        c.cached_prompt_tokens, c.completion_tokens, c.cost
        """

    /// The reply kept for `key`, marked as cached.
    func reply(for key: ContentHash) throws -> ChatReply? {
        try statement("SELECT \(Self.columns) FROM completions c WHERE c.key = ?")
            .first(.text(key.hex), convert: Self.reply)
    }

    /// The completion kept for `key` with its request.
    func completion(for key: ContentHash) throws -> StoredCompletion? {
        try statement(
            """
            SELECT \(Self.columns), c.model, c.created_at, v.kind, v.content
            FROM completions c JOIN "values" v ON v.id = c.request WHERE c.key = ?
            """
        ).first(.text(key.hex)) { row in
            StoredCompletion(
                key: key, model: row.text(10), request: try StoredValue.read(row, at: 12),
                reply: try Self.reply(row), created: try Timestamp.date(row.text(11)))
        }
    }

    private static func reply(_ row: SQLRow) throws -> ChatReply {
        var tokens: [ChatReply.TokenProbability] = []
        if let text = row.textIfAny(3) {
            tokens = try (StoredJSON.value(of: text).list ?? []).map { try ChatReply.TokenProbability(stored: $0) }
        }
        return ChatReply(
            text: row.text(0), finish: ChatReply.Finish(stored: row.text(1)), usage: Usage(row, at: 5),
            servedBy: row.text(2), tokens: tokens, duration: Int64(row.integer(4)), wasCached: true)
    }
}
