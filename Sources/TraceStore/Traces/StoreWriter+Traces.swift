import Foundation
import TraceGraph

/// Where a trace comes from: the columns of the traces table that the trace itself does not know.
struct TraceOrigin {
    var run: Int?
    var step: Int?
    var workflow: String
    /// The row of the trace's candidate.
    var candidate: Int
    var example: StoredExample?
    var split: String?
    var repetition = 0
    var score: Double?
    /// The number of the trace it was run again on.
    var rerunOf: Int?
}

/// The columns `example, example_fields, example_line`.
struct StoredExample {
    var id: String
    /// The number of its fields in the values table.
    var fields: Int
    var line: Int?
}

extension StoreWriter {
    /// Adds a trace with its graph, calls and feedback.
    ///
    /// - Returns: The number of the trace.
    /// - Complexity: O(nodes + edges); a few microseconds a node.
    func insert(_ trace: Trace, from origin: TraceOrigin) throws -> Int {
        let operations = try trace.operations.map { try place(of: $0) }
        let id = try insertRow(of: trace, from: origin, operations: operations)
        try insertNodes(of: trace, id: id, operations: operations)
        let scopes = try statement("INSERT INTO scopes (trace, scope, name, parent) VALUES (?, ?, ?, ?)")
        for (index, scope) in trace.scopes.enumerated() {
            try scopes.run(.integer(id), .integer(index), .text(scope.name), SQLValue(scope.parent))
        }
        try insertCalls(of: trace, id: id)
        let reused = try statement("INSERT INTO reused_nodes (trace, node, earlier) VALUES (?, ?, ?)")
        for (node, earlier) in trace.reused {
            try reused.run(.integer(id), .integer(node.index), .integer(earlier.index))
        }
        for node in trace.cached where trace.reused[node] == nil {
            try reused.run(.integer(id), .integer(node.index), .null)
        }
        try insertHiddenInputs(of: trace, id: id)
        for (index, item) in trace.feedback.enumerated() { try insert(item, trace: id, at: index) }
        return id
    }

    private func insertRow(of trace: Trace, from origin: TraceOrigin, operations: [Int]) throws -> Int {
        let result: Int? =
            switch trace.outcome {
            case .completed(let node), .failed(let node): node.index
            case .cancelled: nil
            }
        let list = Value.list(operations.map(Value.integer)).json
        let columns: [SQLValue] =
            [
                SQLValue(origin.run), SQLValue(origin.step), .text(origin.workflow), .integer(origin.candidate),
                SQLValue(origin.example?.id), SQLValue(origin.example?.fields), SQLValue(origin.example?.line),
                SQLValue(origin.split), .integer(origin.repetition), .text(trace.outcome.name), SQLValue(result),
                SQLValue(origin.score), .integer(trace.nodes.count),
            ] + trace.usage.columns + [
                .integer(Int(trace.duration)), .text(list), .text(now), SQLValue(try place(of: trace.versions)),
                SQLValue(origin.rerunOf),
            ]
        try statement(
            """
            INSERT INTO traces (run, step, workflow, candidate, example, example_fields, example_line, split,
                repetition, outcome, result, score, nodes, calls, prompt_tokens, cached_prompt_tokens,
                completion_tokens, cost, duration, operations, created_at, versions, rerun_of)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).run(columns)
        return lastID
    }

    /// The number of what a trace's nodes were decided by; nil when nobody said.
    private func place(of versions: [String: String]) throws -> Int? {
        guard !versions.isEmpty else { return nil }
        return try place(of: .object(Fields(versions.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })))
    }

    private func insertNodes(of trace: Trace, id: Int, operations: [Int]) throws {
        let nodes = try statement(
            """
            INSERT INTO nodes (trace, node, base, ordinal, kind, operation, value, parameter, scope, start, duration)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        let edges = try statement("INSERT INTO edges (trace, node, position, name, input) VALUES (?, ?, ?, ?, ?)")
        try nodes.set(1, to: id)
        try edges.set(1, to: id)
        // Nodes come in long rows of one base and one signature: what they share is bound, and looked up, once.
        var base: Int?
        var signature: Int?
        var arguments: [String] = []
        for node in trace.nodes {
            let place = node.id.index
            if base != node.baseIndex {
                base = node.baseIndex
                try nodes.set(3, to: node.base)
            }
            if signature != node.signatureIndex {
                signature = node.signatureIndex
                try nodes.set(5, to: node.kind.name)
                try nodes.set(6, to: node.operationIndex.map { operations[$0] })
                arguments = node.inputs.map(\.name)
            }
            try nodes.set(2, to: place)
            try nodes.set(4, to: node.ordinal)
            try nodes.set(7, to: try self.place(of: node.value))
            try nodes.set(8, to: try node.parameter.map { try self.place(of: $0) })
            try nodes.set(9, to: node.scope)
            try nodes.set(10, to: Int(node.start))
            try nodes.set(11, to: Int(node.duration))
            try nodes.runAsBound()

            try edges.set(2, to: place)
            for (position, parent) in node.parents.enumerated() {
                try edges.set(3, to: position)
                try edges.set(5, to: parent.index)
                try edges.lend(4, arguments[position]) { try edges.runAsBound() }
            }
        }
    }

    private func insertCalls(of trace: Trace, id: Int) throws {
        let calls = try statement(
            """
            INSERT INTO model_calls (trace, position, node, model, completion, calls, prompt_tokens,
                cached_prompt_tokens, completion_tokens, cost, cached, start, duration)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for (position, call) in trace.calls.enumerated() {
            try calls.run(
                [
                    .integer(id), .integer(position), .integer(call.node.index), .text(call.model),
                    SQLValue(call.completion),
                ] + call.usage.columns + [
                    .integer(call.wasCached ? 1 : 0), .integer(Int(call.start)), .integer(Int(call.duration)),
                ])
        }
    }

    private func insertHiddenInputs(of trace: Trace, id: Int) throws {
        let rows = try statement("INSERT INTO hidden_inputs (trace, position, reader, node) VALUES (?, ?, ?, ?)")
        for (position, hidden) in trace.hiddenInputs.enumerated() {
            try rows.run(
                .integer(id), .integer(position), SQLValue(hidden.reader?.index), .integer(hidden.node.index))
        }
    }

    func insert(_ item: Feedback, trace: Int, at position: Int) throws {
        try statement("INSERT INTO feedback (trace, position, node, text) VALUES (?, ?, ?, ?)")
            .run(.integer(trace), .integer(position), .integer(item.output.index), .text(item.text))
        let scores = try statement(
            "INSERT INTO feedback_scores (trace, position, metric, score) VALUES (?, ?, ?, ?)")
        for (metric, score) in item.scores.sorted(by: { $0.key < $1.key }) {
            try scores.run(.integer(trace), .integer(position), .text(metric), .real(score))
        }
    }
}
