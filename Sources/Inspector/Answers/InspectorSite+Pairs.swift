import Evaluation
import Interchange
import TraceGraph
import TraceStore

extension InspectorSite {
    /// Two executions of one example, `before` and `after`: what went in, what was expected, and what came out of each,
    /// word by word.
    func pair(_ request: PageRequest) throws -> Value {
        let (before, after) = (try recorded(request, "before"), try recorded(request, "after"))
        let example = try after.number.flatMap { try store.example(ofTrace: $0) }
        // What went in before what is only known about it.
        let fields = (example?.fields ?? [:]).map { $0 }
        let last = ["expected", "id"]
        let ordered = fields.filter { !last.contains($0.name) } + fields.filter { last.contains($0.name) }
        let (old, new) = (Self.output(of: before), Self.output(of: after))
        return [
            "example": example.map { .text($0.id) } ?? .null,
            "fields": .list(
                ordered.map { name, value in
                    [
                        "name": .text(name),
                        "text": .text(Amounts.text(of: value).cut(toBytes: 4_000).text.withoutControls),
                    ]
                }),
            "before": try side(before), "after": try side(after),
            "pieces": .list(
                ValueChange(from: old, to: new).pieces.map { .list([.text($0.kind), .text($0.text.withoutControls)]) }),
        ]
    }

    private static func output(of recorded: RecordedTrace) -> Value {
        guard let value = recorded.trace.result?.value else { return .text("") }
        // Megabytes are neither compared nor sent here; the trace's own page has them.
        let text = Amounts.text(of: value)
        return .text(text.cut(toBytes: 20_000).text)
    }

    private func side(_ recorded: RecordedTrace) throws -> Value {
        let trace = recorded.trace
        return [
            "trace": recorded.number.map(Value.integer) ?? .null, "outcome": .text(trace.outcome.name),
            "candidate": .text("\(trace.candidate.id)"), "score": recorded.score.map(Value.number) ?? .null,
            "tokens": .integer(trace.usage.totalTokens), "ns": .integer(Int(trace.duration)),
            "output": .text(Amounts.text(of: Self.output(of: recorded)).withoutControls),
            "feedback": .list(trace.feedback.map { Self.told($0, in: trace) }),
        ]
    }
}
