import ArgumentParser
import Evaluation
import Foundation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// `optrace eval`
struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Score a workflow on its data.",
        discussion: """
            An example whose execution fails is told apart from one that scores low. When every example failed there is \
            nothing to score: the exit code is 1 then, whatever the threshold.

            Traces are kept as they come. The first Ctrl-C finishes what is in flight; the same command goes on from \
            there without paying for what is recorded.
            """)

    @Argument(help: "The workflow file.") var workflow: String

    @Option(
        help: """
            Which part of the data: train, validation, holdout or all. The hold-out is for the gate: looking at it \
            and then changing things makes the verdict worthless.
            """)
    var split = "validation"

    @Option(help: "With the values of this candidate: run, or run:c3.") var candidate: String?
    @Option(help: "Independent repeats of every example.") var repeats = 1
    @Option(help: "Only the first examples.") var limit: Int?
    @Option(help: "Exit with 100 when the objective stays below this.") var threshold: Double?
    @Flag(help: "Show every example that failed or lost points.") var failures = false
    @OptionGroup(title: "Budget") var budget: BudgetOptions
    @OptionGroup(title: "Models") var models: ModelOptions
    @OptionGroup(title: "Output") var database: DatabaseOptions
    @Flag(help: "One JSON object an example, then one for the whole.") var json = false

    func validate() throws {
        guard ["train", "validation", "holdout", "all"].contains(split) else {
            throw ValidationError("--split takes train, validation, holdout or all, not '\(split)'")
        }
        try Bounds.check(repeats, "--repeats", 1...10_000)
        try Bounds.check(limit, "--limit", 1...)
        if let threshold, !threshold.isFinite { throw ValidationError("--threshold takes a number, not \(threshold)") }
    }

    func run() async throws {
        let session = try Session(workflow: workflow, models: models, database: database) { file in
            budget.applied(to: Budget())
        }
        try await session.use { session in
            let (dataset, divided) = try session.data()
            var examples =
                split == "all" ? dataset.examples : dataset.examples(SplitPart(word: split).map { divided[$0] } ?? [])
            guard !examples.isEmpty else {
                throw CommandError("the \(split) split is empty; add examples, change data.split, or take --split all")
            }
            if let limit { examples = Array(examples.prefix(limit)) }
            let evaluator = try session.evaluator(train: dataset.examples(divided.train))
            let candidate = try CandidateChoice(candidate).candidate(for: session)
            let found = try await KeptEvaluations(
                session: session, evaluator: evaluator, candidate: candidate, repeats: repeats, json: json
            ).run(on: examples, of: split)
            try report(found.map(\.evaluation), found.map(\.trace), session)
        }
    }

    private func report(_ evaluations: [Evaluation], _ traces: [Int], _ session: Session) throws {
        let sheet = self.sheet(of: evaluations, \.score)
        let mean = sheet.mean
        let interval = sheet.interval(confidence: 0.95)
        let count = sheet.examples.count - sheet.missing.count
        if json {
            for (evaluation, trace) in zip(evaluations, traces) { Output.result(line(evaluation, trace).json) }
        } else {
            show(evaluations, traces, of: session.workflow.file.inputs.map(\.name), session.terminal)
        }
        // Of the workflow and of the metrics, every distinct request once.
        let usage = session.ledger.spent
        let missing = evaluations.count { $0.score == nil }
        let tally = FailureTally(evaluations)
        if json {
            let whole: Value = [
                "schema": "optrace.eval.v1", "event": "finished", "split": .text(split),
                "examples": .integer(sheet.examples.count), "evaluations": .integer(evaluations.count),
                "score": mean.map(Value.number) ?? .null,
                "interval": interval.map { .list([.number($0.lower), .number($0.upper)]) } ?? .null,
                "noise": sheet.noise.map { ["within": .number($0.within), "between": .number($0.between)] } ?? .null,
                "metrics": .object(Fields(means(of: evaluations).map { ($0.0, .number($0.1)) })),
                "missing": .integer(missing), "failed": .integer(tally?.failures ?? 0),
                "failure": tally.map { .text($0.reason) } ?? .null, "calls": .integer(usage.calls),
                "tokens": .integer(usage.totalTokens), "cost": usage.cost.map(Value.number) ?? .null,
            ]
            Output.result(whole.json)
        } else if tally?.isTotal != true {
            for (name, value) in means(of: evaluations) { Output.result("\(name)  \(Figures.decimal(value))") }
            if let noise = sheet.noise {
                Output.result("noise  \(Int((noise.chance * 100).rounded())) % of a single run's \(noise.summary)")
            }
            if let mean {
                let range = interval.map {
                    "95 % interval \(Figures.decimal($0.lower)) to \(Figures.decimal($0.upper)), "
                }
                Output.result("objective  \(Figures.decimal(mean))  (\(range ?? "")n = \(count))")
            }
        }
        let perExample = evaluations.isEmpty ? 0 : usage.totalTokens / evaluations.count
        Output.message(
            "\(Figures.count(evaluations.count, "evaluation")) on \(split)"
                + (missing > 0 ? ", \(missing) without a score" : "")
                + (usage.calls == 0
                    ? "; no model was asked, "
                    : "; \(Figures.grouped(usage.totalTokens)) tokens (\(perExample) an example), ")
                + "\(Figures.dollars(usage.cost)), \(Figures.clock(session.ledger.elapsed / .seconds(1)))")
        if let tally {
            let line = "\(FailureLine(tally, of: "execution"))"
            guard !tally.isTotal else { throw CommandError(line) }
            Output.message(line)
        }
        if let threshold, (mean ?? -.infinity) < threshold {
            throw CommandError(
                "the objective is \(mean.map { Figures.decimal($0) } ?? "unknown"), below the threshold of "
                    + Figures.decimal(threshold), code: .belowThreshold)
        }
    }

    private func show(_ evaluations: [Evaluation], _ traces: [Int], of inputs: [String], _ terminal: Terminal) {
        guard failures else { return }
        for (evaluation, trace) in zip(evaluations, traces)
        where evaluation.failure != nil || (evaluation.score ?? 0) < 1 {
            let example = evaluation.example
            let place = example.line.map { "  line \($0)" } ?? ""
            Output.result(
                terminal.paint(example.id.printable, .bold) + place + "  \(Self.word(for: evaluation))  trace \(trace)")
            for name in inputs {
                guard let value = example[name] else { continue }
                Output.result("  \(name): \(value.plainText)".oneLine(max(40, terminal.width)))
            }
            for feedback in evaluation.trace.feedback {
                Output.result("  " + feedback.text.oneLine(max(40, terminal.width - 2)))
            }
        }
    }

    private static func word(for evaluation: Evaluation) -> String {
        if evaluation.failure != nil { return "failed" }
        return evaluation.score.map { Figures.decimal($0) } ?? "no score"
    }

    private func means(of evaluations: [Evaluation]) -> [(String, Double)] {
        Set(evaluations.flatMap(\.scores.keys)).sorted().compactMap { name in
            sheet(of: evaluations) { $0.scores[name]?.value }.mean.map { (name, $0) }
        }
    }

    /// What `score` says of each evaluation, repeats told from examples.
    private func sheet(of evaluations: [Evaluation], _ score: (Evaluation) -> Double?) -> ScoreSheet {
        var sheet = ScoreSheet()
        for evaluation in evaluations { sheet.add(score(evaluation), for: evaluation.example.id) }
        return sheet
    }

    private func line(_ evaluation: Evaluation, _ trace: Int) -> Value {
        [
            "schema": "optrace.eval.v1", "event": "evaluated", "example": .text(evaluation.example.id),
            "line": evaluation.example.line.map(Value.integer) ?? .null,
            "repetition": .integer(evaluation.repetition), "trace": .integer(trace),
            "output": evaluation.trace.result?.value ?? .null, "outcome": .text(evaluation.trace.outcome.name),
            "score": evaluation.score.map(Value.number) ?? .null,
            "metrics": .object(
                Fields(evaluation.scores.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value.value)) })),
            "fields": .object(evaluation.example.fields),
            "feedback": .object(
                Fields(
                    evaluation.scores.filter { !$0.value.feedback.isEmpty }.sorted { $0.key < $1.key }
                        .map { ($0.key, .text($0.value.feedback)) })),
        ]
    }
}
