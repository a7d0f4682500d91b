import ArgumentParser
import Evaluation
import Foundation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// `optrace propose`
struct ProposeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: "Propose better values from recorded traces and what was said about them, without running anything.",
        discussion: """
            For programs that are traced where they run: import what they did (optrace import otlp --workflow FILE), say \
            what is right and wrong (optrace traces feedback, or metrics in the file), and have an optimizer propose \
            changes. Recorded traces cannot be run again, so no proposal is verified: put the new values to work, import \
            what comes of them, and propose again; scores are listed by the values they were reached with.
            """)

    @Argument(help: "The workflow file: its parameters, bindings, and metrics if there are any.") var workflow: String
    @Option(
        name: .customLong("trace"), parsing: .upToNextOption,
        help: "These traces. (default: all of the workflow that no run has made)")
    var traces: [Int] = []
    @Option(help: "The most traces to look at, the newest first.") var limit = 200
    @Option(help: "Who proposes: optoprime, textgrad or opro. (default: the file's where it is one of them)")
    var optimizer: String?
    @Option(help: "Traces that the optimizer is shown.") var minibatch = 8
    @Option(help: "Proposals asked for.") var siblings = 2
    @Option(help: "What random choices begin with (OPTRACE_SEED).") var seed: UInt64?
    @OptionGroup(title: "Budget") var budget: BudgetOptions
    @OptionGroup(title: "Models") var models: ModelOptions
    @OptionGroup(title: "Output") var database: DatabaseOptions
    @Flag(help: "Events and the result as JSON, one object a line.") var json = false

    func validate() throws {
        try Bounds.check(limit, "--limit", 1...100_000)
        try Bounds.check(minibatch, "--minibatch", 1...OptimizeSettings.mostExamples)
        try Bounds.check(siblings, "--siblings", 1...OptimizeSettings.mostSiblings)
    }

    func run() async throws {
        let session = try Session(workflow: workflow, models: models, database: database) { file in
            budget.applied(to: file.optimize.budget)
        }
        try await session.use { session in
            let evidence = try await RecordedTraces(session).evidence(traces, limit: limit)
            try await ProposalJob(session, evidence, command: self).run()
        }
    }
}
