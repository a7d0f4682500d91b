import ArgumentParser
import Evaluation
import Foundation
import LanguageModels
import TraceGraph
import Workflows

/// `optrace calibrate`
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Turn a guard's risk scores into probabilities and thresholds.",
        discussion: """
            For workflows whose output is how risky something is, with a metric of the kind 'guard'. Runs the workflow on a \
            part of its data, fits the probability of harm to the scores (it never falls where scores rise), and finds \
            for each strictness the highest score that may pass: the share of harmful ones among all that pass has to stay \
            within 1 % (strict), 5 % (balanced) or 20 % (lenient) by its exact upper bound. What --write keeps, the metric \
            reads with 'calibration: file://NAME'.
            """)

    @Argument(help: "The workflow file.") var workflow: String
    @Option(help: "The guard, where the file has several.") var metric: String?
    @Option(help: "What to calibrate on: train, validation or both.") var split = "both"
    @Option(help: "See what the thresholds do on other data: train, validation or holdout.") var check: String?
    @Option(help: "With the values of this candidate: run, or run:c3.") var candidate: String?
    @Option(help: "How sure the bounds have to be.") var confidence = 0.95
    @Option(help: ArgumentHelp("Write the calibration to this file.", valueName: "file")) var write: String?
    @OptionGroup(title: "Budget") var budget: BudgetOptions
    @OptionGroup(title: "Models") var models: ModelOptions
    @OptionGroup(title: "Output") var database: DatabaseOptions
    @Flag(help: "One JSON object.") var json = false

    private static let splits = ["train", "validation", "holdout"]

    func validate() throws {
        guard ["train", "validation", "both"].contains(split) else {
            throw ValidationError("--split takes train, validation or both, not '\(split)'")
        }
        if let check {
            guard Self.splits.contains(check) else {
                throw ValidationError("--check takes train, validation or holdout, not '\(check)'")
            }
            guard check != split, split != "both" || check == "holdout" else {
                throw ValidationError("--check \(check) is part of what is calibrated on; thresholds always fit that")
            }
        }
        guard confidence > 0.5, confidence < 1 else {
            throw ValidationError("--confidence takes a number above 0.5 and below 1, not \(confidence)")
        }
    }

    func run() async throws {
        let session = try Session(workflow: workflow, models: models, database: database) { _ in
            budget.applied(to: Budget())
        }
        try await session.use { session in
            let metric = try guardMetric(of: session.workflow)
            let (dataset, divided) = try session.data()
            let candidate = try CandidateChoice(candidate).candidate(for: session)
            let evaluator = try session.evaluator(train: dataset.examples(divided.train))
            func outcomes(_ part: String) async throws -> [GuardMetric.Outcome] {
                let examples = dataset.examples(SplitPart(word: part).map { divided[$0] } ?? [])
                let kept = try await KeptEvaluations(session: session, evaluator: evaluator, candidate: candidate)
                    .run(on: examples, of: part)
                return try kept.map { try metric.outcome(of: $0.evaluation.output, for: $0.evaluation.example) }
            }
            var seen: [GuardMetric.Outcome] = []
            for part in split == "both" ? ["train", "validation"] : [split] { seen += try await outcomes(part) }
            let found = GuardCalibration(
                metric.name, on: seen, confidence: confidence, checked: try await check.asyncMap(outcomes))
            guard found.calibrated.count > 0 else {
                throw CommandError(
                    "not one output of the \(split) examples is a risk score; \(metric.name) reads "
                        + (metric.field.map { "the field '\($0)' of the output" } ?? "the output as a number"))
            }
            if let write {
                try FileSystem.write(found.calibrated.recorded.json + "\n", to: write)
                Output.message("wrote \(write); use it with 'calibration: file://\(write)' in \(metric.name)")
            }
            Output.result(json ? found.recorded.json : found.text(on: session.terminal))
        }
    }

    private func guardMetric(of workflow: Workflow) throws -> GuardMetric {
        let guards = workflow.guards
        if let metric {
            guard let named = guards.first(where: { $0.name == metric }) else {
                let known = guards.map(\.name).joined(separator: ", ")
                throw CommandError(
                    "\(workflow.file.path) has no guard called '\(metric)'"
                        + (known.isEmpty ? "" : "; it has \(known)"), code: .usage)
            }
            return named
        }
        guard let only = guards.first else {
            throw CommandError(
                "\(workflow.file.path) has no metric of the kind 'guard'; add one, such as "
                    + "'guard: { guard: { harmful: $harmful } }'", code: .usage)
        }
        guard guards.count == 1 else {
            throw CommandError(
                "\(workflow.file.path) has several guards; name one of \(guards.map(\.name).joined(separator: ", ")) "
                    + "with --metric", code: .usage)
        }
        return only
    }
}

extension Optional {
    fileprivate func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async throws -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}

extension Evaluation {
    /// What the workflow made; nil when it failed.
    fileprivate var output: Value? { failure == nil ? trace.result?.value : nil }
}
