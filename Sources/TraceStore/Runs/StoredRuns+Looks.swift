import ContentHash
public import Evaluation
public import Optimization
import TraceGraph

extension StoredRuns {
    /// Who looked at `examples` before this run did: other runs whose hold-out had some of them, and `eval`.
    ///
    /// Examples are the same when their fields are, whatever split or file they stood in. A repetition of a run is no other
    /// look, and finds what its first attempt found.
    ///
    /// - Throws: ``StoreError``, with code `outOfOrder` when no run has begun.
    /// - Complexity: O(stored evaluations on hold-outs).
    public func earlierLooks(at examples: [Example]) throws -> HoldoutLooks {
        guard let run else { throw StoreError(.outOfOrder, "looking for earlier looks: no run has begun") }
        return try store.read("looking for earlier looks at the hold-out") { reader in
            try reader.looks(at: examples, before: run)
        }
    }
}

extension StoreReader {
    fileprivate func looks(at examples: [Example], before run: Int) throws -> HoldoutLooks {
        let find = try statement(#"SELECT id FROM "values" WHERE hash = ?"#)
        var fields: Set<Int> = []
        for example in examples {
            let hash = try StoredValue(.object(example.fields)).hash
            if let id = try find.first(.blob(hash.bytes), convert: { $0.integer(0) }) { fields.insert(id) }
        }
        guard !fields.isEmpty else { return .none }
        // By run, the first evaluation of each example: runs may be repeated, and looks after the first attempt of this one
        // did not exist for it.
        var own: Int?
        var others: [(name: String?, example: Int, first: Int)] = []
        try statement(
            """
            SELECT r.name, r.name = (SELECT name FROM runs WHERE id = ?1), e.example_fields, min(e.id)
            FROM evaluations e LEFT JOIN runs r ON r.id = e.run
            WHERE e.split = 'holdout' OR (e.run IS NULL AND e.split = 'all')
            GROUP BY r.name, e.example_fields
            """
        ).forEach([.integer(run)]) { row in
            guard fields.contains(row.integer(2)) else { return }
            let first = row.integer(3)
            if row.integer(1) == 1 {
                own = min(own ?? first, first)
            } else {
                others.append((row.textIfAny(0), row.integer(2), first))
            }
        }
        let before = others.filter { $0.first < own ?? .max }.sorted { $0.first < $1.first }
        var runs: [String] = []
        for name in before.compactMap(\.name) where !runs.contains(name) { runs.append(name) }
        return HoldoutLooks(runs: runs, scored: before.count { $0.name == nil })
    }
}
