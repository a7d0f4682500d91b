import GRDB

extension StoreWriter {
    /// Removes values, parameters and candidates that nothing refers to any more.
    ///
    /// - Returns: How many values were removed.
    /// - Complexity: O(size of the database): every reference is looked at once.
    func collectOrphans() throws -> Int {
        try database.execute(
            sql: """
                DELETE FROM candidates WHERE run IS NULL
                    AND id NOT IN (SELECT candidate FROM traces)
                    AND id NOT IN (SELECT candidate FROM evaluations);
                DELETE FROM parameters WHERE id NOT IN (SELECT parameter FROM run_parameters)
                    AND id NOT IN (SELECT parameter FROM nodes WHERE parameter IS NOT NULL);
                DELETE FROM "values" WHERE id NOT IN (
                    SELECT value FROM nodes
                    UNION ALL SELECT value FROM candidate_values
                    UNION ALL SELECT initial FROM parameters
                    UNION ALL SELECT request FROM completions
                    UNION ALL SELECT request FROM node_results
                    UNION ALL SELECT value FROM node_results
                    UNION ALL SELECT versions FROM traces WHERE versions IS NOT NULL
                    UNION ALL SELECT example_fields FROM evaluations
                    UNION ALL SELECT example_fields FROM traces WHERE example_fields IS NOT NULL
                    UNION ALL SELECT optimizer_state FROM steps WHERE optimizer_state IS NOT NULL
                    UNION ALL SELECT prompt FROM preferences
                );
                """)
        let removed = database.changesCount
        known.values.removeAll()
        return removed
    }

    /// Completions, the oldest first, that may be removed.
    func removableCompletions(includingReferenced: Bool) throws -> [(id: Int, created: String, bytes: Int)] {
        try statement(
            """
            SELECT c.id, c.created_at, \(StoreReader.completionBytes)
            FROM completions c JOIN "values" v ON v.id = c.request
            WHERE ?1 OR NOT (\(StoreReader.isReferenced))
            ORDER BY c.created_at, c.id
            """
        ).all(.integer(includingReferenced ? 1 : 0)) { ($0.integer(0), $0.text(1), $0.integer(2)) }
    }

    func removeCompletions(_ ids: [Int]) throws {
        let remove = try statement("DELETE FROM completions WHERE id = ?")
        for id in ids { try remove.run(.integer(id)) }
    }
}

extension StoreReader {
    /// The size of the completion `c` with its request `v`.
    static let completionBytes = """
        length(CAST(c.reply AS BLOB)) + length(CAST(v.content AS BLOB))
            + coalesce(length(c.token_probabilities), 0)
        """

    static let totalCompletionBytes = """
        SELECT coalesce(sum(\(completionBytes)), 0) FROM completions c JOIN "values" v ON v.id = c.request
        """

    /// Whether a trace, an evaluation or a note refers to the completion `c`.
    static let isReferenced = """
        EXISTS (SELECT 1 FROM model_calls m WHERE m.completion = c.key)
            OR EXISTS (SELECT 1 FROM evaluation_calls e WHERE e.completion = c.key)
            OR EXISTS (SELECT 1 FROM notes n WHERE n.completion = c.key)
        """
}
