import TraceGraph

/// A part of a list of traces.
public struct TracePage: Sendable {
    /// A trace with the beginning of what it was run on and of what came out.
    public struct Row: Sendable {
        /// What a list tells of it.
        public var summary: TraceSummary
        /// The fields of its example, as JSON; without an example the first of its inputs.
        public var input: String
        /// What came out, as text.
        public var output: String
    }

    /// In which order a list stands.
    public enum Order: String, Sendable, CaseIterable {
        case trace
        case score
        case nodes
        case tokens
        case time

        fileprivate var column: String {
            switch self {
            case .trace: "t.id"
            case .score: "t.score"
            case .nodes: "t.nodes"
            case .tokens: "t.prompt_tokens + t.completion_tokens"
            case .time: "t.duration"
            }
        }

        /// What has no value comes last either way. Every trace has a number, and stands in that order already.
        fileprivate func sorting(ascends: Bool) -> String {
            let direction = ascends ? "ASC" : "DESC"
            return self == .trace ? "t.id \(direction)" : "\(column) IS NULL, \(column) \(direction), t.id DESC"
        }
    }

    /// In the order asked for.
    public var rows: [Row]
    /// How many traces the whole list has.
    public var total: Int
}

extension TraceStore {
    /// A part of the traces that `filter` means and that hold `text` in the name of their workflow, run or example, in
    /// what they were run on (the example, else the inputs), or in what came out.
    ///
    /// - Parameters:
    ///   - text: Found whatever the case of its letters A to Z is; nil for all.
    ///   - ascends: The lowest first; what has no value comes last either way. Ties: the newest first.
    ///   - offset: How many of the list to leave out.
    /// - Throws: ``StoreError`` when the database cannot be read.
    /// - Complexity: O(traces), some microseconds each, and O(nodes) of those without an example where `text` is given;
    ///   O(offset + limit) for the newest or the oldest of all.
    public func page(
        of filter: TraceFilter = .all, holding text: String? = nil, by order: TracePage.Order = .trace,
        ascends: Bool = false, limit: Int, from offset: Int = 0
    ) throws(StoreError) -> TracePage {
        try read("listing traces") { reader in
            let text = text.flatMap { $0.isEmpty ? nil : $0 }
            let all = "FROM \(TraceSummary.tables) WHERE \(TraceFilter.condition)"
            let holding = """
                FROM \(TraceSummary.tables)
                    LEFT JOIN nodes o ON o.trace = t.id AND o.node = t.result LEFT JOIN "values" v ON v.id = o.value
                    LEFT JOIN "values" x ON x.id = t.example_fields
                WHERE \(TraceFilter.condition) AND (instr(lower(t.workflow || char(10)
                    || ifnull(r.name, '') || char(10) || ifnull(t.example, '') || char(10) || ifnull(x.content, '')
                    || char(10) || ifnull(v.content, '')), lower(?8)) > 0
                    OR (t.example_fields IS NULL AND EXISTS (
                        SELECT 1 FROM nodes n JOIN "values" w ON w.id = n.value
                        WHERE n.trace = t.id AND n.kind = 'input' AND instr(lower(w.content), lower(?8)) > 0)))
                """
            let (meant, sought) = text.map { (holding, [SQLValue($0)]) } ?? (all, [])
            var total = 0
            if text == nil, filter == .all {
                total = try reader.statement("SELECT count(*) FROM traces").first { $0.integer(0) } ?? 0
            } else {
                try reader.statement("SELECT count(*) \(meant)").forEach(filter.arguments + sought) {
                    total = $0.integer(0)
                }
            }
            var rows: [TracePage.Row] = []
            try reader.statement(
                """
                SELECT \(TraceSummary.columns) \(meant)
                ORDER BY \(order.sorting(ascends: ascends)) LIMIT ?9 OFFSET ?10
                """
            ).forEach(filter.arguments + [SQLValue(text), .integer(limit), .integer(offset)]) {
                rows.append(TracePage.Row(summary: try TraceSummary($0), input: "", output: ""))
            }
            let inputs = try reader.statement(
                """
                SELECT n.base || iif(n.ordinal > 0, ':' || n.ordinal, ''), substr(w.content, 1, 400) FROM nodes n JOIN "values" w ON w.id = n.value
                WHERE n.trace = ? AND n.kind = 'input' ORDER BY n.node LIMIT 4
                """)
            let beginnings = try reader.statement(
                """
                SELECT ifnull(substr(x.content, 1, 4000), ''), ifnull(substr(v.content, 1, 400), '')
                FROM traces t LEFT JOIN nodes o ON o.trace = t.id AND o.node = t.result
                    LEFT JOIN "values" v ON v.id = o.value LEFT JOIN "values" x ON x.id = t.example_fields
                WHERE t.id = ?
                """)
            for index in rows.indices {
                let found = try beginnings.first(.integer(rows[index].summary.id)) { ($0.text(0), $0.text(1)) }
                (rows[index].input, rows[index].output) = found ?? ("", "")
                guard rows[index].input.isEmpty else { continue }
                let read = try inputs.all(.integer(rows[index].summary.id)) { ($0.text(0), Value.text($0.text(1))) }
                if !read.isEmpty { rows[index].input = Value.object(Fields(read)).json }
            }
            return TracePage(rows: rows, total: total)
        }
    }
}
