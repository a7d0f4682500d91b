extension TraceStore {
    /// How long the recorded calls of each model took on average, seconds, by `provider:name`. Scripted replies, which take
    /// no time, are left out.
    ///
    /// - Throws: ``StoreError``.
    /// - Complexity: O(recorded replies).
    public func callTimes() throws(StoreError) -> [String: Double] {
        try read("reading how long calls took") { reader in
            var times: [String: Double] = [:]
            try reader.statement("SELECT model, avg(duration) / 1e9 FROM completions WHERE duration > 0 GROUP BY model")
                .forEach { times[$0.text(0)] = $0.real(1) }
            return times
        }
    }

    /// What the questions that `optimizer` asked in the runs of `workflow` took on average: tokens of the prompt and of the
    /// reply; nil when no reply to one is recorded.
    ///
    /// - Throws: ``StoreError``.
    public func questions(
        of optimizer: String, about workflow: String
    ) throws(StoreError) -> (prompt: Double, completion: Double)? {
        try read("reading what an optimizer asked") { reader in
            try reader.statement(
                """
                SELECT avg(c.prompt_tokens), avg(c.completion_tokens), count(*)
                FROM notes n JOIN runs r ON r.id = n.run JOIN completions c ON c.key = n.completion
                WHERE r.workflow = ? AND r.optimizer = ?
                """
            ).first(.text(workflow), .text(optimizer)) { row in
                row.integer(2) > 0 ? (prompt: row.real(0), completion: row.real(1)) : nil
            } ?? nil
        }
    }
}
