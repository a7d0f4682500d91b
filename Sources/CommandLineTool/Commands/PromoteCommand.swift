import ArgumentParser
import Evaluation
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// `optrace promote`
struct PromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Write a run's winning values back to the workflow's files.",
        discussion: """
            Only what the gate found better is written, unless --force is given. With --smallest only those of its edits \
            are written that it needs on the validation split: changed values, and lines or sentences of changed texts.
            """)

    @Argument(help: ArgumentHelp("A run's name, the beginning of one, or latest.", valueName: "run"))
    var name = "latest"

    @Option(help: "This candidate instead of the run's best, such as c3.") var candidate: String?
    @Option(help: "The workflow file. (default: the one the run was started with)") var workflow: String?
    @Flag(help: "Show what would change and write nothing.") var dryRun = false
    @Flag(help: "Write also what the gate did not find better, or over values changed since the run.") var force = false
    @Flag(help: "Write the smallest part of the changes that is enough; runs the workflow on the validation split.")
    var smallest = false
    @Option(help: "With --smallest: score that may be lost.") var tolerance = 0.01
    @Option(help: "With --smallest: score that a token more in a prompt has to bring.") var price = 0.0001
    @Option(help: "With --smallest: the most edits.") var maxEdits: Int?
    @OptionGroup(title: "Budget") var budget: BudgetOptions
    @OptionGroup(title: "Models") var models: ModelOptions
    @OptionGroup(title: "Output") var database: DatabaseOptions

    func validate() throws {
        try Bounds.check(tolerance, "--tolerance", 0...1e9)
        try Bounds.check(price, "--price", 0...1e9)
        try Bounds.check(maxEdits, "--max-edits", 0...1_000_000)
    }

    func run() async throws {
        let records = try database.records()
        let run = try records.store.run(named: name)
        var candidate = try chosen(of: run, in: records.store)
        guard let path = workflow ?? run.settings["path"]?.text else {
            throw CommandError(
                "\(run.label) does not say which file it optimized; name it with --workflow", code: .usage)
        }
        let file = try WorkflowFile(checked: path, records.environment)
        let unknown = candidate.values.keys.sorted().filter { name in
            !file.parameters.contains { $0.definition.name == name }
        }
        guard unknown.isEmpty else {
            throw CommandError(
                "\(run.label) sets \(unknown.map { "'\($0)'" }.joined(separator: ", ")), which \(path) does not have")
        }
        try check(run, file, against: candidate)
        if smallest { candidate = try await smallestPart(of: candidate, run) }
        let promotion = try Promotion(of: candidate.values, in: file, environment: records.environment)
        guard !promotion.edits.isEmpty else {
            Output.result("\(path) already has the values of \(candidate.id)")
            return
        }
        for edit in promotion.edits {
            Output.result(
                records.terminal.paint(edit.path, .bold) + "  \(edit.parameters.joined(separator: ", "))\n"
                    + TextDiff(from: edit.old, to: edit.new).shown(on: records.terminal))
        }
        if dryRun {
            Output.message("nothing was written (--dry-run)")
            if let objection = objection(to: candidate.id, of: run) {
                Output.message("to write it takes --force: \(objection)")
            }
        } else {
            try promotion.write()
            Output.message("wrote \(Figures.count(promotion.edits.count, "file"))")
        }
    }

    private func chosen(of run: StoredRun, in store: TraceStore) throws -> Candidate {
        let found = try candidate.map { try store.candidate($0, of: run) } ?? store.best(of: run)
        if !dryRun, let objection = objection(to: found.id, of: run) {
            throw CommandError(
                "\(objection); to write it all the same: --force", code: candidate == nil ? .nothingPromoted : .failure)
        }
        return found
    }

    /// Why the gate does not speak for `candidate`; nil where it does, and where nobody asks.
    private func objection(to candidate: Candidate.ID, of run: StoredRun) -> String? {
        if force { return nil }
        guard candidate == run.best else { return "the gate did not test \(candidate)" }
        guard run.verdict?.decision != .promote else { return nil }
        let verdict = run.verdict.map { $0.decision.rawValue.uppercased() } ?? "none"
        return "the verdict of \(run.label) is \(verdict), not PROMOTE"
    }

    private func smallestPart(of candidate: Candidate, _ run: StoredRun) async throws -> Candidate {
        let settings = RunExamination.Settings(
            run: run.label, workflow: workflow, candidate: "\(candidate.id)", limit: nil, budget: budget,
            models: models,
            database: database)
        return try await RunExamination.of(settings) { examined in
            let whole = try await examined.evaluator.evaluate(examined.winner, on: examined.examples)
            let found = try await CreditAssignment(examined.evaluator).smallestChange(
                of: whole, against: examined.incumbent, selection: EditSelection(price: price, most: maxEdits),
                tolerance: tolerance)
            guard let found else {
                throw CommandError(
                    "no part of the changes of \(candidate.id) with at most \(Figures.count(maxEdits ?? 0, "edit")) can run; "
                        + "allow more with --max-edits")
            }
            guard found.isEnough || force || dryRun else {
                throw CommandError(
                    "the best \(Figures.count(found.kept.count, "edit")) of \(candidate.id) lose "
                        + "\(Figures.decimal(found.wholeScore - found.score)), more than --tolerance allows; allow more with "
                        + "--max-edits, or write them all the same with --force")
            }
            let lengths = [examined.winner.values, found.values].map { values in
                values.values.reduce(0) { $0 + ($1.text?.count ?? 0) }
            }
            Output.message(
                "\(found.kept.count) of \(Figures.count(found.kept.count + found.dropped.count, "edit")) kept, "
                    + "\(Figures.grouped(lengths[0])) → \(Figures.grouped(lengths[1])) characters; score "
                    + "\(Figures.decimal(found.wholeScore)) → \(Figures.decimal(found.score)) on "
                    + "\(Figures.count(found.examples, "validation example"))")
            return Candidate(
                id: candidate.id, values: found.values, parents: candidate.parents,
                origin: "the smallest part of \(candidate.id)")
        }
    }

    /// Values that were changed by hand since the run are not overwritten unasked.
    private func check(_ run: StoredRun, _ file: WorkflowFile, against winner: Candidate) throws {
        guard !force else { return }
        let changed = file.parameters.map(\.definition).filter { now in
            guard let then = run.parameters[now.name] else { return false }
            return then.initial != now.initial && winner.values[now.name] != now.initial
        }
        guard changed.isEmpty || dryRun else {
            throw CommandError(
                "since the run \(changed.map(\.name).joined(separator: ", ")) changed in \(file.path); "
                    + "look with --dry-run, and write all the same with --force")
        }
    }
}
