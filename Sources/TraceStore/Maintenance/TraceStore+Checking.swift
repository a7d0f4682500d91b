import ContentHash
import GRDB
import TraceGraph

extension TraceStore {
    /// How much the store holds.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func statistics() throws(StoreError) -> StoreStatistics {
        try read("measuring the store") { reader in
            func count(_ sql: String) throws -> Int { try reader.statement(sql).first { $0.integer(0) } ?? 0 }
            let ends = try reader.statement("SELECT min(created_at), max(created_at) FROM completions")
                .first { ($0.textIfAny(0), $0.textIfAny(1)) }
            return StoreStatistics(
                completions: try count("SELECT count(*) FROM completions"),
                completionBytes: try count(StoreReader.totalCompletionBytes),
                referencedCompletions: try count(
                    "SELECT count(*) FROM completions c WHERE \(StoreReader.isReferenced)"),
                oldest: try ends?.0.map { try Timestamp.date($0) },
                newest: try ends?.1.map { try Timestamp.date($0) },
                results: try count("SELECT count(*) FROM node_results"),
                resultBytes: try count(
                    """
                    SELECT coalesce(sum(length(CAST(v.content AS BLOB))), 0)
                    FROM node_results r JOIN "values" v ON v.id = r.value
                    """),
                runs: try count("SELECT count(*) FROM runs"), traces: try count("SELECT count(*) FROM traces"),
                nodes: try count("SELECT coalesce(sum(nodes), 0) FROM traces"),
                values: try count(#"SELECT count(*) FROM "values""#),
                fileBytes: try count("PRAGMA page_count") * count("PRAGMA page_size"))
        }
    }

    /// Checks that the file is sound, that every reference leads somewhere, that each value is what its hash says, and
    /// that the key of each completion is the digest of its request.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read at all.
    /// - Complexity: O(size of the database).
    public func verify() throws(StoreError) -> Verification {
        try read("verifying the store") { reader in
            var problems = try reader.statement("PRAGMA integrity_check(100)").all { $0.text(0) }
                .filter { $0 != "ok" }.map { "the file: \($0)" }
            problems += try reader.statement("PRAGMA foreign_key_check").all {
                "a row of \($0.text(0)) refers to one of \($0.text(2)) that is not there"
            }.prefix(100)
            problems += try reader.danglingReferences()
            let (values, wrongValues) = try reader.wrongHashes()
            let (completions, wrongKeys) = try reader.wrongKeys(of: "completions", called: "completion")
            let (results, wrongResults) = try reader.wrongKeys(of: "node_results", called: "result")
            return Verification(
                completions: completions, results: results, values: values,
                problems: problems + wrongValues.prefix(100) + wrongKeys.prefix(100) + wrongResults.prefix(100))
        }
    }
}

extension StoreReader {
    fileprivate func danglingReferences() throws -> [String] {
        let references = [
            ("nodes", "value", #""values""#), ("nodes", "operation", "operations"),
            ("nodes", "parameter", "parameters"),
            ("candidate_values", "value", #""values""#), ("parameters", "initial", #""values""#),
            ("completions", "request", #""values""#), ("node_results", "request", #""values""#),
            ("node_results", "value", #""values""#), ("traces", "versions", #""values""#),
            ("evaluations", "example_fields", #""values""#),
            ("traces", "example_fields", #""values""#), ("steps", "optimizer_state", #""values""#),
            ("preferences", "prompt", #""values""#),
        ]
        return try references.compactMap { table, column, target in
            let count = try statement(
                """
                SELECT count(*) FROM \(table) x
                WHERE x.\(column) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \(target) y WHERE y.id = x.\(column))
                """
            ).first { $0.integer(0) }
            guard let count, count > 0 else { return nil }
            return "\(count) rows of \(table) name a \(column) that is not there"
        }
    }

    fileprivate func wrongHashes() throws -> (count: Int, problems: [String]) {
        var count = 0
        var problems: [String] = []
        try statement(#"SELECT kind, content, hash, id FROM "values""#).forEach { row in
            count += 1
            guard StoredValue.hash(ofRow: row, at: 0).bytes != row.bytes(2) else { return }
            problems.append("value \(row.integer(3)) is not what its hash says")
        }
        return (count, problems)
    }

    fileprivate func wrongKeys(of table: String, called word: String) throws -> (count: Int, problems: [String]) {
        var count = 0
        var problems: [String] = []
        try statement(
            #"SELECT v.kind, v.content, c.key FROM \#(table) c LEFT JOIN "values" v ON v.id = c.request"#
        ).forEach { row in
            count += 1
            let key = row.text(2)
            do {
                guard ContentHash(of: try StoredValue.read(row, at: 0).canonicalJSON).hex != key else { return }
                problems.append("\(word) \(key) does not belong to its request")
            } catch let error as StoreError {
                problems.append("\(word) \(key) has a request that cannot be read: \(error)")
            }
        }
        return (count, problems)
    }
}
