import Foundation
import Interchange
import LanguageModels
import TraceGraph
import TraceStore

extension InspectorSite {
    /// A page of the list of traces, in the order that is asked for.
    func traces(_ request: PageRequest) throws -> Value {
        let query = request.query
        func text(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }
        let filter = TraceFilter(
            run: try text("run").map { try store.run(named: $0).id }, step: text("step").flatMap { Int($0) },
            workflow: text("workflow"),
            candidate: text("candidate").flatMap { Int($0.drop { $0 == "c" }) }.map(Candidate.ID.init),
            example: text("example"), split: text("split"), failed: text("failed").map { $0 == "1" })
        guard let order = TracePage.Order(rawValue: text("by") ?? "trace") else {
            throw InspectorError(
                .badRequest,
                "'by' takes one of \(TracePage.Order.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let limit = min(500, max(1, text("limit").flatMap { Int($0) } ?? 100))
        let start = max(0, text("from").flatMap { Int($0) } ?? 0)
        let page = try store.page(
            of: filter, holding: text("q"), by: order, ascends: text("ascends") == "1", limit: limit, from: start)
        let next = start + page.rows.count
        return [
            "traces": .list(page.rows.map(Self.line)), "total": .integer(page.total),
            "next": next < page.total && !page.rows.isEmpty ? .integer(next) : .null,
        ]
    }

    private static func line(_ row: TracePage.Row) -> Value {
        var fields = line(row.summary).object ?? [:]
        fields["input"] = .text(told(input: row.input).onOneLine(120))
        fields["output"] = .text(row.output.onOneLine(120))
        return .object(fields)
    }

    /// The fields of an example, what went in before what is only known about it.
    private static func told(input: String) -> String {
        // One that is long was cut where it stands, and is shown as it stands.
        guard let fields = (try? Value(json: input))?.object else { return input }
        let last = ["expected", "id"]
        let told = fields.compactMap { name, value in
            last.contains(name) || value.isNull ? nil : (name: name, text: Amounts.text(of: value))
        }
        return told.count == 1
            ? told[0].text : told.map { "\($0.name): \($0.text)" }.joined(separator: ", ")
    }

    static func line(_ trace: TraceSummary) -> Value {
        [
            "id": .integer(trace.id), "workflow": .text(trace.workflow), "run": trace.run.map(Value.text) ?? .null,
            "step": trace.step.map(Value.integer) ?? .null, "candidate": .text("\(trace.candidate)"),
            "example": trace.example.map(Value.text) ?? .null, "split": trace.split.map(Value.text) ?? .null,
            "outcome": .text(trace.outcome), "score": trace.score.map(Value.number) ?? .null,
            "nodes": .integer(trace.nodes), "tokens": .integer(trace.usage.totalTokens),
            "cost": trace.usage.cost.map(Value.number) ?? .null, "ns": .integer(Int(trace.duration)),
            "created": .number(trace.created.timeIntervalSince1970),
        ]
    }

    /// What may change about a trace while somebody looks at it.
    func pulse(_ request: PageRequest) throws -> Value {
        let summary = try store.summary(ofTrace: try number(request, "id"))
        return [
            "feedback": .integer(try store.feedbackCount(ofTrace: summary.id)),
            "score": summary.score.map(Value.number) ?? .null, "related": .list(try related(to: summary)),
        ]
    }

    /// The header of a trace and every node in one short row: name, kind, operation, nanoseconds, start, feedback.
    func trace(_ request: PageRequest) throws -> Value {
        let recorded = try recorded(request)
        let trace = recorded.trace
        let operations = Value.list(trace.operations.map { .text($0.name) })
        let said = Set(trace.feedback.map(\.output))
        return [
            "id": recorded.number.map(Value.integer) ?? .null, "title": .text(recorded.title),
            "workflow": .text(recorded.workflow), "facts": .list(recorded.facts.map(Value.text)),
            "run": recorded.run.map(Value.text) ?? .null, "candidate": .text("\(trace.candidate.id)"),
            "example": recorded.example.map(Value.text) ?? .null, "outcome": .text(trace.outcome.name),
            "score": recorded.score.map(Value.number) ?? .null, "ns": .integer(Int(trace.duration)),
            "canReplay": .flag(replays != nil), "operations": operations,
            "result": trace.result.map { .integer($0.id.index) } ?? .null,
            "nodes": .list(
                trace.nodes.map { node in
                    .list([
                        .text(node.name), .text(node.kind.name), .integer(node.operationIndex ?? -1),
                        .integer(Int(node.duration)), .integer(Int(node.start)), .flag(said.contains(node.id)),
                    ])
                }),
            "feedback": .list(trace.feedback.map { Self.told($0, in: trace) }),
            "related": .list(try recorded.number.map { try related(to: store.summary(ofTrace: $0)) } ?? []),
        ]
    }

    /// What a trace may be compared with: the one it was run again on, runs again of it, and those of the same example
    /// under other candidates of the run.
    private func related(to trace: TraceSummary) throws -> [Value] {
        func told(_ other: TraceSummary, _ relation: String) -> Value {
            var fields = Self.line(other).object ?? [:]
            fields["relation"] = .text(relation)
            return .object(fields)
        }
        var found: [Value] = []
        // The trace it was run again on may have been deleted since.
        if let earlier = trace.rerunOf, let first = try store.traces(limit: 1, from: earlier).first, first.id == earlier
        {
            found.append(told(first, "original"))
        }
        found += try store.reruns(ofTrace: trace.id).map { told($0, "replay") }
        if let run = trace.run, let example = trace.example {
            let filter = TraceFilter(run: try store.run(named: run).id, example: example)
            found += try store.traces(filter, limit: 60)
                .filter { $0.id != trace.id && $0.candidate != trace.candidate }.map { told($0, "candidate") }
        }
        return found
    }

    static func told(_ item: Feedback, in trace: Trace) -> Value {
        [
            "node": .text(trace[item.output].name), "index": .integer(item.output.index), "text": .text(item.text),
            "scores": .object(Fields(item.scores.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })),
        ]
    }

    /// The drawing, folded but for what is opened, compared with another trace when one is named.
    func graph(_ request: PageRequest) async throws -> Value {
        let recorded = try recorded(request)
        let opened = Set((request.query["open"] ?? "").split(separator: ",").map(String.init))
        var diff: GraphDiff?
        if request.query["against"] != nil {
            diff = GraphDiff(try self.recorded(request, "against").trace, recorded.trace)
        }
        let view = GraphView(recorded.trace, opened: opened.subtracting(["*"]), comparedBy: diff)
        let drawing = await GraphDrawing(view, mayAskGraphviz: view.vertices.count <= 120)
        var answer: Fields = [
            "svg": .text(drawing.svg(title: recorded.title, isDocument: false)),
            "engine": .text(drawing.layout.engine.rawValue),
            "vertices": .list(view.vertices.map { Self.row($0, in: recorded.trace) }),
        ]
        if let diff {
            let counts = diff.counts
            answer["diff"] = [
                "same": .integer(counts.same), "changed": .integer(counts.changed), "added": .integer(counts.added),
                "removed": .integer(counts.removed),
            ]
        }
        return .object(answer)
    }

    private static func row(_ vertex: GraphView.Vertex, in trace: Trace) -> Value {
        // What is gone is a member of the other trace.
        let members = vertex.change == .removed ? [] : vertex.members
        let start = members.filter { trace[$0].operationIndex != nil }.map { Int(trace[$0].start) }.min() ?? 0
        return [
            "id": .text(vertex.id), "title": .text(vertex.title), "caption": .text(vertex.caption),
            "excerpt": .text(vertex.excerpt), "shape": .text(vertex.shape.rawValue), "count": .integer(vertex.count),
            "opens": .flag(vertex.canOpen), "failures": .integer(vertex.failures),
            "change": vertex.change.map { .text($0.rawValue) } ?? .null, "ns": .integer(Int(vertex.duration)),
            "start": .integer(start),
            "tokens": .integer(vertex.usage.totalTokens), "calls": .integer(vertex.usage.calls),
            "said": .integer(vertex.feedback), "members": .list(ranges(of: vertex.members)),
        ]
    }

    /// 3, 4, 5, 9 as 3, 5, 9, 9.
    private static func ranges(of members: [NodeID]) -> [Value] {
        var ranges: [(first: Int, last: Int)] = []
        for member in members {
            if let last = ranges.last, last.last + 1 == member.index {
                ranges[ranges.count - 1].last = member.index
            } else {
                ranges.append((member.index, member.index))
            }
        }
        return ranges.flatMap { [Value.integer($0.first), .integer($0.last)] }
    }
}
