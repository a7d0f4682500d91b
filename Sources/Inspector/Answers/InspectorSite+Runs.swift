import Foundation
import Optimization
import Evaluation
import Interchange
import TraceGraph
import TraceStore

extension InspectorSite {
    /// All runs, the newest first.
    func runs() throws -> Value {
        let runs = try store.runs()
        return [
            "runs": .list(
                runs.prefix(500).map { run in
                    [
                        "run": .text(run.label), "workflow": .text(run.workflow), "optimizer": .text(run.optimizer),
                        "status": run.status.map { .text($0.rawValue) } ?? .null,
                        "reason": run.reason.map(Value.text) ?? .null,
                        "verdict": run.verdict.map { .text($0.decision.rawValue) } ?? .null,
                        "candidates": .integer(run.candidates), "calls": .integer(run.spend.calls),
                        "tokens": .integer(run.spend.totalTokens), "cost": run.spend.cost.map(Value.number) ?? .null,
                        "started": .number(run.started.timeIntervalSince1970),
                    ]
                })
        ]
    }

    /// Everything on the page of a run.
    func run(_ request: PageRequest) async throws -> Value {
        guard let name = request.query["run"] else { throw InspectorError(.badRequest, "'run' takes a name") }
        let stored = try store.run(named: name)
        let run = try store.recordedRun(stored)
        let tree = await GraphDrawing(GraphView(candidatesOf: run), mayAskGraphviz: run.trials.count <= 120)
        let expenses = try store.expenses(of: stored.id)
        let means = Self.means(of: run)
        return [
            "run": .text(run.label), "workflow": .text(run.workflow), "facts": .list(run.facts.map(Value.text)),
            "status": run.status.map(Value.text) ?? .null, "best": run.best.map { .text("\($0)") } ?? .null,
            "verdict": run.verdict.map(Self.told) ?? .null, "history": .text(HistoryChart(run).svg),
            "timeline": .text(RunTimeline(run).svg), "credit": run.credit ?? .null,
            "aims": Self.told(Self.aims(of: run, means)), "expense": Self.told(Self.expense(of: run, expenses)),
            "preferences": .list(try preferences(ofRun: stored.id)),
            "tree": .text(tree.svg(title: "candidates of \(run.label)", isDocument: false)),
            "candidates": .list(
                run.trials.map { trial in
                    var fields = trial.recorded.object ?? [:]
                    fields["fateText"] = .text(trial.fateText)
                    let expense = expenses[trial.candidate.id]
                    fields["tokens"] = expense.map { .number($0.tokens) } ?? .null
                    fields["ns"] = expense.map { .number($0.duration) } ?? .null
                    fields["cost"] = expense?.cost.map(Value.number) ?? .null
                    fields["metrics"] = .object(means[trial.candidate.id] ?? [:])
                    return .object(fields)
                }),
            "changes": .list(changes(of: run)), "events": .list(run.events.map(\.recorded)),
        ]
    }

    private static func told(_ verdict: Verdict) -> Value {
        var fields = verdict.recorded.object ?? [:]
        fields["sentence"] = .text(verdict.sentence)
        fields["chart"] = verdict.chart.map(Value.text) ?? .null
        return .object(fields)
    }

    /// The mean of each metric on validation, by candidate.
    static func means(of run: RecordedRun) -> [Candidate.ID: Fields] {
        var sums: [Candidate.ID: [String: (sum: Double, count: Int)]] = [:]
        for result in run.results where result.split == "validation" {
            for (name, score) in result.scores where score.value.isFinite {
                let known = sums[result.candidate]?[name] ?? (0, 0)
                sums[result.candidate, default: [:]][name] = (known.sum + score.value, known.count + 1)
            }
        }
        return sums.mapValues { sums in
            Fields(sums.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value.sum / Double($0.value.count))) })
        }
    }

    /// From the seed to the best, word by word.
    private func changes(of run: RecordedRun) -> [Value] {
        guard let seed = run.trials.first, let best = run.best, let trial = run.trial(best) else { return [] }
        return run.changes(from: seed.candidate, to: trial.candidate).map { Self.told($0.name, $0.old, $0.new) }
    }

    private static func told(_ name: String, _ old: Value, _ new: Value) -> Value {
        [
            "parameter": .text(name),
            "pieces": .list(
                ValueChange(from: old, to: new).pieces.map { .list([.text($0.kind), .text($0.text.withoutControls)]) }),
        ]
    }

    /// Two candidates side by side, `a` and `b` as `run:c3`.
    func compare(_ request: PageRequest) throws -> Value {
        let comparison = CandidateComparison(try side(request, "a"), try side(request, "b"))
        var fields = comparison.recorded.object ?? [:]
        for (name, side) in [("before", comparison.before), ("after", comparison.after)] {
            var told = fields[name]?.object ?? [:]
            told["candidates"] = .list(side.run.trials.map { .text("\($0.candidate.id)") })
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

    private func side(_ request: PageRequest, _ name: String) throws -> CandidateComparison.Side {
        guard let text = request.query[name], let colon = text.lastIndex(of: ":") else {
            throw InspectorError(.badRequest, "'\(name)' takes a run and a candidate, as run:c3")
        }
        let run = try store.recordedRun(String(text[..<colon]))
        let number = Int(text[text.index(after: colon)...].drop { $0 == "c" })
        guard let trial = number.flatMap({ run.trial(Candidate.ID($0)) }) else {
            throw InspectorError(.notFound, "\(run.label) has no such candidate")
        }
        return CandidateComparison.Side(run: run, trial: trial)
    }
}
