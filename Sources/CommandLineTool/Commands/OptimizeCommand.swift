import ArgumentParser
import ContentHash
import Evaluation
import Foundation
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

    @OptionGroup var method: MethodOptions

    @Option(help: "The most steps. (default: what the file says, else 10)")
    var steps: Int?

    @Option(help: "Train examples a step looks at. (default: what the file says, else 8)")
    var minibatch: Int?

    @Option(help: "Proposals a step asks for. (default: what the file says, else 2)")
    var siblings: Int?

    @Option(
        help: """
            How often each example is run, independently, its scores averaged; auto for as often as the baseline's noise \
            calls for. (default: what the file says, else 1)
            """)
    var repeats: String?

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
    @OptionGroup(title: "Budget") var ceilings: CeilingOptions
    @OptionGroup(title: "Models") var models: ModelOptions
    @OptionGroup(title: "Output") var database: DatabaseOptions

    @Flag(help: "Events and the result as JSON, one object a line.")
    var json = false

    func validate() throws {
        if workflow == nil, resume == nil { throw ValidationError("name a workflow file, or a run with --resume") }
        if workflow != nil, resume != nil {
            throw ValidationError("--resume goes on with the workflow file its run was started with; name no other")
        }
        try Bounds.check(steps, "--steps", 1...OptimizeSettings.mostSteps)
        try Bounds.check(minibatch, "--minibatch", 1...OptimizeSettings.mostExamples)
        try Bounds.check(siblings, "--siblings", 1...OptimizeSettings.mostSiblings)
        if let repeats, RepeatPlan(repeats) == nil {
            throw ValidationError(
                "--repeats takes auto or a whole number from 1 to \(RepeatPlan.limit), not '\(repeats)'")
        }
        try Bounds.check(patience, "--patience", 0...OptimizeSettings.mostSteps)
    }

    func run() async throws {
        guard let resume else { return try await start(resuming: nil) }
        let resumed = try await ResumedRun(resume, asked: self)
        Output.message(
            resumed.hasFinished
                ? "\(resumed.run.label) has finished; this repeats it from what is recorded"
                : "going on with \(resumed.run.label)")
        try await resumed.command.start(resuming: resumed)
    }

    private func start(resuming resumed: ResumedRun?) async throws {
        guard let workflow else { return }
        let session = try Session(
            workflow: workflow, models: models, database: database,
            environment: resumed?.environment ?? ProcessInfo.processInfo.environment, goingOnFrom: resumed?.earlier
        ) { file in
            budget.applied(to: file.optimize.budget)
        }
        if let refusal = session.workflow.file.refusalToRun { throw refusal }
        try await session.use { session in
            let session = try await session.optimizable(by: optimizerName(for: session.workflow.file))
            let job = try OptimizationJob(
                session, endpoints: try await session.endpoints(), command: self, resuming: resumed)
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
}
