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

    /// More events than this are told when they are asked for.
    private static let mostEvents = 400

    /// Everything on the page of a run.
    func run(_ request: PageRequest) async throws -> Value {
        guard let name = request.query["run"] else { throw InspectorError(.badRequest, "'run' takes a name") }
        let stored = try store.run(named: name)
        let run = try store.recordedRun(stored)
        let tree = await GraphDrawing(GraphView(candidatesOf: run), mayAskGraphviz: run.trials.count <= 120)
        let expenses = try store.expenses(of: stored.id)
        let means = Self.means(of: run)
        let kinds = request.query["kinds"].map { Set($0.split(separator: ",").map(String.init)) }
        let told = kinds.map { kinds in run.events.filter { kinds.contains($0.kind) } } ?? run.events
        let events = request.query["events"] == "all" ? told : told.suffix(Self.mostEvents)
        return [
            "run": .text(run.label), "workflow": .text(run.workflow), "facts": .list(run.facts.map(Value.text)),
            "status": run.status.map(Value.text) ?? .null, "best": run.best.map { .text("\($0)") } ?? .null,
            "verdict": run.verdict.map(Self.told) ?? .null, "history": .text(HistoryChart(run).svg),
            "timeline": .text(RunTimeline(run).svg), "credit": run.credit ?? .null,
            "aims": Self.told(Self.aims(of: run, means)), "expense": Self.told(Self.expense(of: run, expenses)),
            "preferences": .list(try preferences(ofRun: stored.id)),
            "tree": .text(tree.svg(title: "candidates of \(run.label)", isDocument: false)),
            "candidates": .list(
                shown(of: run, request).map { Self.row($0, expenses[$0.candidate.id]) }),
            "candidateCount": .integer(run.trials.count),
            "changes": .list(changes(of: run)), "events": .list(events.map(\.recorded)),
            "eventsBefore": .integer(told.count - events.count),
        ]
    }

    /// Of very many, all are told when they are asked for; else the newest, the seed, the best, the one that is picked, and
    /// the last that were taken, however long ago.
    private func shown(of run: RecordedRun, _ request: PageRequest) -> [RecordedRun.Trial] {
        guard run.trials.count > 200, request.query["candidates"] != "all" else { return run.trials }
        let first = run.trials.count - 100
        let picked = request.query["c"]
        let taken = Set(run.trials.filter { $0.fate == "accepted" }.suffix(60).map(\.candidate.id))
        return run.trials.enumerated().filter { place, trial in
            let id = trial.candidate.id
            return place >= first || place == 0 || id == run.best || "\(id)" == picked
                || taken.contains(id)
        }.map(\.element)
    }

    private static func row(_ trial: RecordedRun.Trial, _ expense: CandidateExpense?) -> Value {
        [
            "candidate": .text("\(trial.candidate.id)"), "step": trial.step.map(Value.integer) ?? .null,
            "parents": .list(trial.candidate.parents.map { .text("\($0)") }), "fateText": .text(trial.fateText),
            "scores": .object(Fields(trial.scores.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })),
            "tokens": expense.map { .number($0.tokens) } ?? .null, "ns": expense.map { .number($0.duration) } ?? .null,
        ]
    }

    /// One candidate: why it was made, what became of it, and what it changed.
    func candidate(_ request: PageRequest) throws -> Value {
        guard let name = request.query["run"] else { throw InspectorError(.badRequest, "'run' takes a name") }
        let stored = try store.run(named: name)
        let run = try store.recordedRun(stored, with: try candidate(request.query["candidate"] ?? "", of: stored))
        guard let trial = run.trials.first else { throw InspectorError(.notFound, "there is no such candidate") }
        let parent = try trial.candidate.parents.first.flatMap { try store.candidate($0, of: stored.id) }
        return [
            "candidate": .text("\(trial.candidate.id)"), "intent": trial.intent.map(Value.text) ?? .null,
            "rationale": trial.rationale.map(Value.text) ?? .null, "fateText": .text(trial.fateText),
            "metrics": .object(Self.means(of: run)[trial.candidate.id] ?? [:]),
            "parent": parent.map { .text("\($0.candidate.id)") } ?? .null,
            "changes": .list(
                parent.map { run.changes(from: $0.candidate, to: trial.candidate) }?.map {
                    Self.told($0.name, $0.old, $0.new)
                } ?? []),
        ]
    }

    /// The candidate that `text`, as `c3`, means.
    func candidate(_ text: String, of run: StoredRun) throws -> StoredCandidate {
        let number = Int(text.drop { $0 == "c" })
        guard let number, let found = try store.candidate(Candidate.ID(number), of: run.id) else {
            throw InspectorError(.notFound, "\(run.label) has no such candidate")
        }
        return found
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

    static func told(_ name: String, _ old: Value, _ new: Value) -> Value {
        [
            "parameter": .text(name),
            "pieces": .list(
                ValueChange(from: old, to: new).pieces.map { .list([.text($0.kind), .text($0.text.withoutControls)]) }),
        ]
    }
}
