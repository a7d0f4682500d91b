import Evaluation
import Interchange
import TraceGraph
import TraceStore

extension InspectorSite {
    /// Two candidates side by side, `a` and `b` as `run:c3`.
    func compare(_ request: PageRequest) throws -> Value {
        let (before, after) = (try side(request, "a"), try side(request, "b"))
        let comparison = CandidateComparison(before.side, after.side)
        var fields = comparison.recorded.object ?? [:]
        for (name, side) in [("before", before), ("after", after)] {
            var told = fields[name]?.object ?? [:]
            told["candidates"] = .list(try store.candidateNumbers(of: side.number).map { .text("\($0)") })
            fields[name] = .object(told)
        }
        fields["changes"] = .list(comparison.changes.map { Self.told($0.name, $0.old, $0.new) })
        var inputs: [String: String] = [:]
        for result in comparison.after.run.results where inputs[result.example.id] == nil {
            inputs[result.example.id] = Value.object(result.example.fields).json.onOneLine(140)
        }
        fields["inputs"] = .object(Fields(inputs.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) }))
        fields["totals"] = .object(
            Fields(
                ["train", "validation", "holdout"].compactMap { split in
                    comparison.totals(of: split).map { totals in
                        (
                            split,
                            [
                                "count": .integer(totals.count), "before": .number(totals.before),
                                "after": .number(totals.after), "better": .integer(totals.better),
                                "worse": .integer(totals.worse),
                                "interval": totals.interval.map { [.number($0.lower), .number($0.upper)] } ?? .null,
                            ]
                        )
                    }
                }))
        return .object(fields)
    }

    private func side(
        _ request: PageRequest, _ name: String
    ) throws -> (number: Int, side: CandidateComparison.Side) {
        guard let text = request.query[name], let colon = text.lastIndex(of: ":") else {
            throw InspectorError(.badRequest, "'\(name)' takes a run and a candidate, as run:c3")
        }
        let stored = try store.run(named: String(text[..<colon]))
        let found = try candidate(String(text[text.index(after: colon)...]), of: stored)
        let run = try store.recordedRun(stored, with: found)
        return (stored.id, CandidateComparison.Side(run: run, trial: RecordedRun.Trial(found)))
    }
}
