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
        let run = try store.recordedRun(name)
        let tree = await GraphDrawing(GraphView(candidatesOf: run), mayAskGraphviz: run.trials.count <= 120)
        let expenses = try self.expenses(of: run)
        return [
            "run": .text(run.label), "workflow": .text(run.workflow), "facts": .list(run.facts.map(Value.text)),
            "status": run.status.map(Value.text) ?? .null, "best": run.best.map { .text("\($0)") } ?? .null,
            "verdict": run.verdict.map(Self.told) ?? .null, "history": .text(HistoryChart(run).svg),
            "tree": .text(tree.svg(title: "candidates of \(run.label)", isDocument: false)),
            "candidates": .list(
                run.trials.map { trial in
                    var fields = trial.recorded.object ?? [:]
                    fields["fateText"] = .text(trial.fateText)
                    let expense = expenses[trial.candidate.id]
                    fields["tokens"] = expense.map { .number($0.tokens) } ?? .null
                    fields["ns"] = expense.map { .number($0.duration) } ?? .null
                    fields["cost"] = expense?.cost.map(Value.number) ?? .null
                    fields["metrics"] = .object(means(of: trial.candidate.id, in: run))
                    return .object(fields)
                }),
            "changes": .list(changes(of: run)), "events": .list(run.events.map(\.recorded)),
        ]
    }

    private static func told(_ verdict: Verdict) -> Value {
        var fields = verdict.recorded.object ?? [:]
        fields["sentence"] = .text(verdict.sentence)
        return .object(fields)
    }

    /// The mean of each metric on validation.
    private func means(of candidate: Candidate.ID, in run: RecordedRun) -> Fields {
        var sums: [String: (sum: Double, count: Int)] = [:]
        for result in run.results where result.candidate == candidate && result.split == "validation" {
            for (name, score) in result.scores where score.value.isFinite {
                let known = sums[name] ?? (0, 0)
                sums[name] = (known.sum + score.value, known.count + 1)
            }
        }
        return Fields(sums.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value.sum / Double($0.value.count))) })
    }

    /// What an execution of each candidate takes on average.
    private func expenses(
        of run: RecordedRun
    ) throws -> [Candidate.ID: (tokens: Double, cost: Double?, duration: Double)] {
        let traces = try store.traces(TraceFilter(run: try store.run(named: run.label).id))
        return Dictionary(grouping: traces, by: \.candidate).mapValues { traces in
            let count = Double(traces.count)
            let cost = traces.reduce(Double?(0)) { sum, trace in
                guard let sum, let cost = trace.usage.cost else { return nil }
                return sum + cost
            }
            return (
                traces.reduce(0) { $0 + Double($1.usage.totalTokens) } / count, cost.map { $0 / count },
                traces.reduce(0) { $0 + Double($1.duration) } / count
            )
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
        fields["changes"] = .list(comparison.changes.map { Self.told($0.name, $0.old, $0.new) })
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
