import ArgumentParser
import ContentHash
import Evaluation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// `optrace optimize`
struct OptimizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize",
        abstract: "Improve a workflow's parameters, and find out on the hold-out whether they are really better.",
        discussion: """
            The run is decided by the workflow, its data, the options and the seed. Repeating it answers from the \
            recorded replies; with --cache only it makes no request at all and ends with the same numbers. Spend \
            counts every distinct request of the run once, recorded or not; only what is new is paid.
            """)

    @Argument(help: "The workflow file. Not needed with --resume.")
    var workflow: String?

    @Option(help: "Who proposes changes. (default: what the file says, else optoprime)")
    var optimizer: String?

    @Option(help: "The most steps. (default: what the file says, else 10)")
    var steps: Int?

    @Option(help: "Train examples a step looks at. (default: what the file says, else 8)")
    var minibatch: Int?

    @Option(help: "Proposals a step asks for. (default: what the file says, else 2)")
    var siblings: Int?

    @Option(help: "Decides every random choice (OPTRACE_SEED). (default: what the file says, else 0)")
    var seed: UInt64?

    @Option(help: "End after this many steps in a row without gain; 0 for never. (default: 5)")
    var patience: Int?

    @Option(help: "End the loop as soon as this file exists; the verdict still follows.")
    var stopFile: String?

    @Option(
        help: ArgumentHelp(
            "Go on with an interrupted run: its name, the beginning of one, or latest.", valueName: "run"))
    var resume: String?

    @Flag(help: "Print what the run is going to take and what its hold-out can decide, and ask nothing.")
    var dryRun = false

    @Flag(help: "Exit with 101 unless the verdict is PROMOTE.")
    var requirePromotion = false

    @OptionGroup(title: "Budget") var budget: BudgetOptions
    @OptionGroup(title: "Models") var models: ModelOptions
    @OptionGroup(title: "Output") var database: DatabaseOptions

    @Flag(help: "Events and the result as JSON, one object a line.")
    var json = false

    func validate() throws {
        if workflow == nil, resume == nil { throw ValidationError("name a workflow file, or a run with --resume") }
        if workflow != nil, resume != nil { throw ValidationError("give a workflow file or --resume, not both") }
        try Bounds.check(steps, "--steps", 1...OptimizeSettings.mostSteps)
        try Bounds.check(minibatch, "--minibatch", 1...OptimizeSettings.mostExamples)
        try Bounds.check(siblings, "--siblings", 1...OptimizeSettings.mostSiblings)
        try Bounds.check(patience, "--patience", 0...OptimizeSettings.mostSteps)
    }

    func run() async throws {
        if let resume { return try await resumed(resume).run() }
        guard let workflow else { return }
        let session = try Session(workflow: workflow, models: models, database: database) { file in
            budget.applied(to: file.optimize.budget)
        }
        try await session.use { session in
            let session = try await session.optimizable(by: optimizerName(for: session.workflow.file))
            let job = try OptimizationJob(session, endpoints: try await session.endpoints(), command: self)
            if dryRun {
                let forecast = try job.forecast()
                Output.result(json ? forecast.json : forecast.text)
                return
            }
            try await job.run()
        }
    }

    /// Who proposes changes to `file`.
    func optimizerName(for file: WorkflowFile) -> String {
        optimizer ?? file.optimize.optimizerName
    }

    /// The command that started the run, with this command's database and output.
    private func resumed(_ name: String) throws -> OptimizeCommand {
        let run = try database.records().store.run(named: name)
        if run.status == .finished {
            throw CommandError(
                "\(run.label) has finished; look at it with: optrace runs show \(run.name)", code: .usage)
        }
        guard let arguments = run.settings["arguments"]?.list?.compactMap(\.text) else {
            throw CommandError("\(run.label) does not say how it was started; start it again with its workflow file")
        }
        var command = try OptimizeCommand.parse(arguments)
        command.database = database
        command.json = json
        Output.message("going on with \(run.label)")
        return command
    }

    /// The arguments that start the same run again.
    var arguments: [String] {
        var all: [String] = []
        if let workflow { all.append(workflow) }
        func add(_ name: String, _ value: (some CustomStringConvertible)?) {
            if let value { all += ["--\(name)", "\(value)"] }
        }
        add("optimizer", optimizer)
        add("steps", steps)
        add("minibatch", minibatch)
        add("siblings", siblings)
        add("seed", seed)
        add("patience", patience)
        add("stop-file", stopFile)
        add("max-calls", budget.maxCalls)
        add("max-tokens", budget.maxTokens)
        add("max-cost", budget.maxCost)
        add("max-time", budget.maxTime)
        for model in models.model { add("model", model) }
        add("concurrency", models.concurrency)
        add("prices", models.prices)
        if models.allowUnknownPrices { all.append("--allow-unknown-prices") }
        if models.allowUnsandboxed { all.append("--allow-unsandboxed") }
        if requirePromotion { all.append("--require-promotion") }
        return all
    }
}
