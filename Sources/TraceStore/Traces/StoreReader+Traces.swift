import TraceGraph

extension StoreReader {
    /// The whole trace number `id`; nil when there is none.
    func trace(_ id: Int) throws -> Trace? {
        let columns = "candidate, outcome, result, duration, operations, nodes"
        let row = try statement("SELECT \(columns) FROM traces WHERE id = ?").first(.integer(id)) { row in
            (
                candidate: row.integer(0), outcome: try Self.outcome(row, at: 1), duration: row.integer(3),
                operations: try Self.numbers(row.text(4)), nodes: row.integer(5)
            )
        }
        guard let row else { return nil }
        guard let candidate = try candidate(row: row.candidate) else {
            throw StoreError(.unreadable, "trace \(id) belongs to a candidate that is not there")
        }
        let (nodes, parameters) = try drafts(of: id, count: row.nodes, operations: row.operations)
        var trace = try Trace(
            nodes: nodes, operations: try row.operations.map { try operation(row: $0) }, scopes: try scopes(of: id),
            parameters: parameters, candidate: candidate, outcome: row.outcome, duration: Int64(row.duration),
            calls: try calls(of: id), feedback: try feedback(of: id),
            hiddenInputs: try hiddenInputs(of: id))
        try statement("SELECT node, earlier FROM reused_nodes WHERE trace = ?").forEach([.integer(id)]) { row in
            let node = NodeID(row.integer(0))
            if let earlier = row.integerIfAny(1) {
                trace.reused[node] = NodeID(earlier)
            } else {
                trace.cached.insert(node)
            }
        }
        let versions = try statement(
            #"SELECT v.kind, v.content FROM traces t JOIN "values" v ON v.id = t.versions WHERE t.id = ?"#
        ).first(.integer(id)) { try StoredValue.read($0, at: 0).object }
        for (base, version) in (versions ?? nil) ?? [:] { trace.versions[base] = version.text }
        return trace
    }

    private static func outcome(_ row: SQLRow, at column: Int) throws -> Trace.Outcome {
        switch (row.text(column), row.integerIfAny(column + 1)) {
        case ("completed", let node?): .completed(NodeID(node))
        case ("failed", let node?): .failed(NodeID(node))
        case ("cancelled", nil): .cancelled
        default: throw StoreError(.unreadable, "a stored trace has no outcome that makes sense")
        }
    }

    private static func numbers(_ text: String) throws -> [Int] {
        try (StoredJSON.value(of: text).list ?? []).compactMap(\.integer)
    }

    private func drafts(
        of trace: Int, count: Int, operations: [Int]
    ) throws -> (nodes: [NodeDraft], parameters: [NodeID: ParameterDefinition]) {
        let places = Dictionary(operations.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var nodes: [NodeDraft] = []
        nodes.reserveCapacity(count)
        var parameterRows: [(NodeID, Int)] = []
        try statement(
            """
            SELECT n.base, n.ordinal, n.kind, n.operation, n.parameter, n.scope, n.start, n.duration, v.kind, v.content
            FROM nodes n LEFT JOIN "values" v ON v.id = n.value WHERE n.trace = ? ORDER BY n.node
            """
        ).forEach([.integer(trace)]) { row in
            if let parameter = row.integerIfAny(4) { parameterRows.append((NodeID(nodes.count), parameter)) }
            let name = row.text(2)
            guard let kind = Node.Kind(name: name) else {
                throw StoreError(.unreadable, "a node of trace \(trace) is of the unknown kind '\(name)'")
            }
            nodes.append(
                NodeDraft(
                    base: row.text(0), ordinal: row.integer(1), kind: kind,
                    operation: row.integerIfAny(3).flatMap { places[$0] }, inputs: [],
                    value: try StoredValue.read(row, at: 8), scope: row.integerIfAny(5),
                    start: Int64(row.integer(6)), duration: Int64(row.integer(7))))
        }
        try statement("SELECT node, name, input FROM edges WHERE trace = ? ORDER BY node, position")
            .forEach([.integer(trace)]) { row in
                let node = row.integer(0)
                guard nodes.indices.contains(node) else {
                    throw StoreError(.unreadable, "an edge of trace \(trace) leads to a node that is not there")
                }
                nodes[node].inputs.append(Node.Input(name: row.text(1), node: NodeID(row.integer(2))))
            }
        var parameters: [NodeID: ParameterDefinition] = [:]
        for (node, row) in parameterRows { parameters[node] = try parameter(row: row) }
        return (nodes, parameters)
    }

    private func operation(row: Int) throws -> Operation {
        let operation = try statement("SELECT name, documentation, location FROM operations WHERE id = ?")
            .first(.integer(row)) { Operation(name: $0.text(0), documentation: $0.text(1), location: $0.text(2)) }
        guard let operation else { throw StoreError(.unreadable, "a trace names an operation that is not there") }
        return operation
    }

    /// The parameter in row `row` of the parameters table.
    func parameter(row: Int) throws -> ParameterDefinition {
        let definition = try statement(
            """
            SELECT p.name, p.kind, p.constraints, p.documentation, v.kind, v.content
            FROM parameters p LEFT JOIN "values" v ON v.id = p.initial WHERE p.id = ?
            """
        ).first(.integer(row)) { row in
            guard let kind = ParameterKind(rawValue: row.text(1)) else {
                throw StoreError(.unreadable, "a stored parameter is of the unknown kind '\(row.text(1))'")
            }
            guard let constraint = ParameterConstraint(recorded: try StoredJSON.value(of: row.text(2))) else {
                throw StoreError(.unreadable, "a stored parameter has a range without two ends in order")
            }
            return ParameterDefinition(
                row.text(0), kind: kind, initial: try StoredValue.read(row, at: 4), constraint: constraint,
                documentation: row.text(3))
        }
        guard let definition else { throw StoreError(.unreadable, "a parameter definition is not there") }
        return definition
    }

    private func scopes(of trace: Int) throws -> [Scope] {
        try statement("SELECT name, parent FROM scopes WHERE trace = ? ORDER BY scope")
            .all(.integer(trace)) { Scope(name: $0.text(0), parent: $0.integerIfAny(1)) }
    }

    private func calls(of trace: Int) throws -> [ModelCall] {
        try statement(
            """
            SELECT node, model, completion, cached, start, duration, calls, prompt_tokens, cached_prompt_tokens,
                completion_tokens, cost
            FROM model_calls WHERE trace = ? ORDER BY position
            """
        ).all(.integer(trace)) { row in
            ModelCall(
                node: NodeID(row.integer(0)), model: row.text(1), completion: row.textIfAny(2),
                usage: Usage(row, at: 6), wasCached: row.integer(3) != 0, start: Int64(row.integer(4)),
                duration: Int64(row.integer(5)))
        }
    }

    private func hiddenInputs(of trace: Int) throws -> [HiddenInput] {
        try statement("SELECT reader, node FROM hidden_inputs WHERE trace = ? ORDER BY position")
            .all(.integer(trace)) { row in
                HiddenInput(reader: row.integerIfAny(0).map { NodeID($0) }, node: NodeID(row.integer(1)))
            }
    }

    private func feedback(of trace: Int) throws -> [Feedback] {
        var items = try statement("SELECT node, text FROM feedback WHERE trace = ? ORDER BY position")
            .all(.integer(trace)) { Feedback(on: NodeID($0.integer(0)), $0.text(1)) }
        try statement("SELECT position, metric, score FROM feedback_scores WHERE trace = ?")
            .forEach([.integer(trace)]) { row in
                guard items.indices.contains(row.integer(0)) else {
                    throw StoreError(.unreadable, "a score of trace \(trace) belongs to no feedback")
                }
                items[row.integer(0)].scores[row.text(1)] = row.realIfAny(2) ?? .nan
            }
        return items
    }
}
