import Evaluation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore

/// What came of an optimization, for a person and for a program.
struct RunResult {
    private let conclusion: RunConclusion
    private let record: RunRecord
    private let seed: Candidate
    private let job: OptimizationJob

    init(_ conclusion: RunConclusion, record: RunRecord, seed: Candidate, job: OptimizationJob) {
        self.conclusion = conclusion
        self.record = record
        self.seed = seed
        self.job = job
    }

    /// One line; every field but the seconds is a function of inputs, seed and replies.
    var json: String {
        let spend = conclusion.spend
        let result: Value = [
            "schema": "optrace.optimize.v1", "event": "finished", "run": .text(record.name),
            "status": .text(conclusion.status.rawValue), "reason": .text(conclusion.reason),
            "verdict": conclusion.verdict.map { .text($0.decision.rawValue) } ?? .null,
            "best": .text("\(conclusion.best.id)"),
            "parameters": .object(
                Fields(conclusion.best.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
            "scores": scores, "front": conclusion.front?.recorded ?? .null,
            "spend": [
                "calls": .integer(spend.calls), "prompt_tokens": .integer(spend.promptTokens),
                "completion_tokens": .integer(spend.completionTokens),
                "cost": spend.cost.map(Value.number) ?? .null,
                "failed": .integer(conclusion.failures), "seconds": .number(conclusion.seconds),
            ],
        ]
        return result.json
    }

    private var scores: Value {
        guard let verdict = conclusion.verdict else { return .null }
        return [
            "metric": .text(verdict.metric), "measure": .text(verdict.measure?.name ?? "mean"),
            "incumbent": (verdict.measure?.incumbent ?? verdict.incumbentMean).map(Value.number) ?? .null,
            "winner": (verdict.measure?.winner ?? verdict.winnerMean).map(Value.number) ?? .null,
            "difference": .number(verdict.difference),
            "interval": verdict.interval.map { .list([.number($0.lower), .number($0.upper)]) } ?? .null,
            "p": .number(verdict.pValue), "n": .integer(verdict.count), "fixes": .integer(verdict.fixes),
            "breaks": .integer(verdict.breaks),
        ]
    }

    /// Verdict, changes, spend and what to do next.
    func text(on terminal: Terminal) -> String {
        var parts: [String] = []
        if let verdict = conclusion.verdict { parts.append(VerdictCard(verdict: verdict, terminal: terminal).shown()) }
        if let front = conclusion.front { parts.append(FrontTable(front: front, terminal: terminal).shown()) }
        if conclusion.best.id != seed.id {
            parts.append(CandidateDiff(from: seed, to: conclusion.best, terminal: terminal).shown())
        }
        let spend = conclusion.spend
        var spent =
            "spent  \(Figures.count(spend.calls, "call")), \(Figures.grouped(spend.promptTokens)) + "
            + "\(Figures.grouped(spend.completionTokens)) tokens, \(Figures.dollars(spend.cost)), "
            + (conclusion.failures > 0 ? "\(Figures.count(conclusion.failures, "request")) failed, " : "")
            + "\(Figures.clock(conclusion.seconds)) (stopped: \(conclusion.reason))"
        for model in job.session.ledger.models {
            spent +=
                "\n         \(model.model): \(Figures.count(model.spent.calls, "call")), "
                + "\(Figures.grouped(model.spent.totalTokens)) tokens"
                + (model.failures > 0 ? ", \(Figures.count(model.failures, "failed request"))" : "")
        }
        parts.append(spent)
        parts.append(next)
        return parts.joined(separator: "\n\n")
    }

    private var next: String {
        var lines = ["next   optrace runs show \(record.name)"]
        lines.append("       optrace traces list --run \(record.name) --candidate \(conclusion.best.id)")
        if conclusion.verdict?.decision == .promote { lines.append("       optrace promote \(record.name)") }
        let database = job.command.database.mention(job.session.environment)
        return lines.map { $0 + database }.joined(separator: "\n")
    }

    /// What was really asked for, in one line.
    var payment: String {
        let (spend, paid) = (conclusion.spend, conclusion.paid)
        let results = job.session.nodes.answered
        let steps =
            results.lookups == 0
            ? "" : ", \(Figures.grouped(results.hits)) of \(Figures.count(results.lookups, "code step")) from the cache"
        let stopped = job.monitor?.stopped ?? 0
        let doomed = stopped > 0 ? ", \(Figures.count(stopped, "execution")) given up" : ""
        return "\(Figures.count(paid.calls, "request")) made, "
            + "\(Figures.count(max(0, spend.calls - paid.calls), "reply", "replies")) from the cache, "
            + "\(Figures.dollars(paid.cost)) paid" + steps + doomed
    }
}
