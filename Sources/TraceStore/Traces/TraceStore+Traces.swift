public import Evaluation
public import TraceGraph

extension TraceStore {
    /// The trace number `id`, whole: everything but the error object it may have ended with.
    ///
    /// - Throws: ``StoreError`` with code `unknownTrace` when there is none.
    /// - Complexity: O(nodes + edges).
    public func trace(id: Int) throws(StoreError) -> Trace {
        try read("reading trace \(id)") { reader in
            guard let trace = try reader.trace(id) else { throw StoreError(unknownTrace: id) }
            return trace
        }
    }

    /// The traces that `filter` means, the newest first.
    ///
    /// - Parameters:
    ///   - limit: The most to return; nil for all.
    ///   - last: The highest number to begin with; nil for the newest trace.
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func traces(
        _ filter: TraceFilter = .all, limit: Int? = nil, from last: Int? = nil
    ) throws(StoreError) -> [TraceSummary] {
        try read("listing traces") { reader in
            var summaries: [TraceSummary] = []
            try reader.statement(
                """
                SELECT \(TraceSummary.columns) FROM \(TraceSummary.tables)
                WHERE \(TraceFilter.condition) AND t.id <= ?9 ORDER BY t.id DESC LIMIT ?8
                """
            ).forEach(filter.arguments + [.integer(limit ?? -1), .integer(last ?? .max)]) {
                summaries.append(try TraceSummary($0))
            }
            return summaries
        }
    }

    /// The trace number `id` in one line.
    ///
    /// - Throws: ``StoreError`` with code `unknownTrace` when there is none.
    public func summary(ofTrace id: Int) throws(StoreError) -> TraceSummary {
        guard let summary = try traces(.all, limit: 1, from: id).first, summary.id == id else {
            throw StoreError(unknownTrace: id)
        }
        return summary
    }

    /// The example that trace number `id` was recorded on; nil when it was recorded on none.
    ///
    /// - Throws: ``StoreError`` with code `unknownTrace` when there is no such trace.
    public func example(ofTrace id: Int) throws(StoreError) -> Example? {
        try read("reading the example of trace \(id)") { reader in
            let found = try reader.statement(
                """
                SELECT t.example, t.example_line, v.kind, v.content
                FROM traces t LEFT JOIN "values" v ON v.id = t.example_fields WHERE t.id = ?
                """
            ).first(.integer(id)) { row -> (id: String?, line: Int?, fields: Fields?) in
                let isKept = row.textIfAny(2) != nil
                return (
                    row.textIfAny(0), row.integerIfAny(1), isKept ? try StoredValue.read(row, at: 2).object : nil
                )
            }
            guard let found else { throw StoreError(unknownTrace: id) }
            guard let name = found.id, let fields = found.fields else { return nil }
            return Example(id: name, fields: fields, line: found.line)
        }
    }

    /// The traces that are runs again of trace number `id`, the newest first.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func reruns(ofTrace id: Int) throws(StoreError) -> [TraceSummary] {
        try read("listing what was run again") { reader in
            try reader.statement(
                "SELECT \(TraceSummary.columns) FROM \(TraceSummary.tables) WHERE t.rerun_of = ? ORDER BY t.id DESC"
            ).all(.integer(id)) { try TraceSummary($0) }
        }
    }

    /// Those of the traces `ids` that show the hold-out, by whatever name they are kept: its own, runs again of those, and
    /// executions outside of train and validation on an example that is known from it, or was evaluated only with all
    /// others.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    /// - Complexity: One look at the part and the example of each trace in the database.
    public func tracesOfHoldout(among ids: [Int]) throws(StoreError) -> Set<Int> {
        guard !ids.isEmpty else { return [] }
        return try read("looking for executions of the hold-out") { reader in
            let found = try reader.statement(
                """
                WITH RECURSIVE
                    asked (id) AS MATERIALIZED (SELECT value FROM json_each(?1)),
                    line (id, workflow, example, split, rerun_of) AS (
                        SELECT t.id, t.workflow, t.example, t.split, t.rerun_of
                        FROM traces t WHERE t.id IN (SELECT id FROM asked)
                        UNION SELECT t.id, t.workflow, t.example, t.split, t.rerun_of
                        FROM line l JOIN traces t ON t.id = l.rerun_of),
                    parts AS MATERIALIZED (
                        SELECT workflow, example, max(split = 'holdout') AS is_held,
                            max(split IN ('train', 'validation')) AS is_known
                        FROM traces
                        WHERE split IS NOT NULL AND (workflow, example) IN (SELECT workflow, example FROM line)
                        GROUP BY workflow, example),
                    shown (id) AS (
                        SELECT l.id FROM line l
                            LEFT JOIN parts p ON p.workflow = l.workflow AND p.example = l.example
                        WHERE l.split = 'holdout'
                            OR (p.is_held AND ifnull(l.split, '') NOT IN ('train', 'validation'))
                            OR (l.split = 'all' AND NOT ifnull(p.is_known, 0))
                        UNION SELECT l.id FROM line l JOIN shown s ON l.rerun_of = s.id)
                SELECT id FROM shown WHERE id IN (SELECT id FROM asked)
                """
            ).all(.text(Value.list(ids.map(Value.integer)).json)) { $0.integer(0) }
            return Set(found)
        }
    }

    /// Whether trace number `id` shows the hold-out; see ``tracesOfHoldout(among:)``.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func isOfHoldout(trace id: Int) throws(StoreError) -> Bool {
        try tracesOfHoldout(among: [id]).contains(id)
    }

    /// How many items of feedback trace number `id` has; 0 where there is no such trace.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func feedbackCount(ofTrace id: Int) throws(StoreError) -> Int {
        try read("counting feedback") { reader in
            try reader.statement("SELECT count(*) FROM feedback WHERE trace = ?").first(.integer(id)) { $0.integer(0) }
                ?? 0
        }
    }

    /// Adds feedback to a stored trace, after what it already has.
    ///
    /// - Throws: ``StoreError`` with code `unknownTrace` when there is no such trace or it has no such node.
    public func give(_ item: Feedback, toTrace id: Int) throws(StoreError) {
        try write("adding feedback to trace \(id)") { writer in
            let nodes = try writer.statement("SELECT nodes FROM traces WHERE id = ?")
                .first(.integer(id)) { $0.integer(0) }
            guard let nodes else { throw StoreError(unknownTrace: id) }
            guard (0..<nodes).contains(item.output.index) else {
                throw StoreError(.unknownTrace, "trace \(id) has \(nodes) nodes and none is \(item.output)")
            }
            let position = try writer.statement("SELECT count(*) FROM feedback WHERE trace = ?")
                .first(.integer(id)) { $0.integer(0) }
            try writer.insert(item, trace: id, at: position ?? 0)
        }
    }
}

extension StoreError {
    init(unknownTrace id: Int) {
        self.init(.unknownTrace, "there is no trace \(id); `optrace traces list` shows those there are")
    }
}
