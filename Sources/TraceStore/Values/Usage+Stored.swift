import TraceGraph

extension Usage {
    /// The columns `calls, prompt_tokens, cached_prompt_tokens, completion_tokens, cost`.
    var columns: [SQLValue] {
        [
            .integer(calls), .integer(promptTokens), .integer(cachedPromptTokens), .integer(completionTokens),
            SQLValue(cost),
        ]
    }

    /// Read from those five columns, the first of them `column`.
    init(_ row: SQLRow, at column: Int) {
        self.init(
            calls: row.integer(column), promptTokens: row.integer(column + 1),
            cachedPromptTokens: row.integer(column + 2), completionTokens: row.integer(column + 3),
            cost: row.realIfAny(column + 4))
    }
}
