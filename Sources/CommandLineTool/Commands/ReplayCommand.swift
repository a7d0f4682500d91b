import ArgumentParser
import Evaluation
import TraceGraph
import TraceStore
import Workflows

/// `optrace replay`
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run a recorded trace again with something changed: only what follows from the change runs.",
        discussion: """
            Operations whose inputs are as they were answer from the recording; also those of a trace that failed. Steps \
            that the workflow file says something else about than when the trace was recorded run again. The new trace \
            is kept; optrace traces diff shows all that differs.
            """)

    @Argument(help: "The number of the trace.") var trace: Int

    @Option(
        help: ArgumentHelp(
            "Give a node another value: text as it is, else JSON; node=@file reads a file. An input or a parameter may be "
                + "named too. May be repeated.", valueName: "node=value"))
    var set: [String] = []

    @Option(help: ArgumentHelp("Run this node again though nothing changed. May be repeated.", valueName: "node"))
    var anew: [String] = []

    @Option(
        help: ArgumentHelp(
            "Put a hint behind the prompt of a step, for this run only. May be repeated.", valueName: "step=text"))
    var hint: [String] = []

    @Option(help: "With the values of another candidate: run, run:c3, or c3 of the trace's run.") var candidate: String?
    @Option(help: "Which independent repeat what runs is. (default: that of the trace)") var repetition: Int?
    @Option(help: "The workflow file. (default: the one the trace's run was started with)") var workflow: String?

    @OptionGroup(title: "Models") var models: ModelOptions
    @OptionGroup(title: "Output") var database: DatabaseOptions
    @Flag(help: "One JSON object.") var json = false

    func validate() throws {
        try Bounds.check(repetition, "--repetition", 0...1_000_000)
        for text in set + hint where !text.contains("=") {
            throw ValidationError("'\(text)' is no name=value")
        }
    }

    func run() async throws {
        let records = try database.records(writing: true)
        let summary = try records.store.summary(ofTrace: trace)
        let earlier = try records.store.trace(id: trace)
        let path = try workflow ?? Self.path(of: summary, in: records.store)
        let session = try Session(workflow: path, models: models, database: database)
        guard session.workflow.file.name == summary.workflow else {
            throw CommandError(
                "trace \(trace) is of the workflow '\(summary.workflow)', \(path) holds '\(session.workflow.file.name)'",
                code: .usage)
        }
        guard let example = try records.store.example(ofTrace: trace) else {
            throw CommandError("trace \(trace) does not say what it was run on, so it cannot be run again")
        }
        try await session.use { session in
            var changes = ReplayChanges(of: earlier, on: example, candidate: try chosen(for: session, summary, earlier))
            for text in set { try changes.set(text) }
            for name in anew { try changes.runAnew(name) }
            for text in hint { try changes.hint(text, in: session.workflow.file) }
            let replay = try await Replay(
                changes, of: earlier, number: trace, summary: summary, repetition: repetition ?? summary.repetition,
                in: session)
            Output.result(json ? replay.json : replay.text(on: session.terminal))
            if !json {
                Output.message(
                    "trace \(replay.number) is kept; all that differs: optrace traces diff \(trace) \(replay.number)"
                        + database.mention(session.environment))
            }
            if let failure = replay.failure { throw failure }
        }
    }

    private func chosen(for session: Session, _ summary: TraceSummary, _ earlier: Trace) throws -> Candidate {
        guard let candidate else { return earlier.candidate }
        if candidate.hasPrefix("c"), candidate.dropFirst().allSatisfy(\.isNumber), let run = summary.run {
            return try CandidateChoice("\(run):\(candidate)").candidate(for: session)
        }
        return try CandidateChoice(candidate).candidate(for: session)
    }

    private static func path(of summary: TraceSummary, in store: TraceStore) throws -> String {
        if let run = summary.run, let path = try store.run(named: run).settings["path"]?.text { return path }
        let usual = ["\(summary.workflow).yaml", "workflows/\(summary.workflow).yaml"]
        guard let path = usual.first(where: FileSystem.exists) else {
            throw CommandError(
                "trace \(summary.id) does not say which file its workflow is in; name it with --workflow", code: .usage)
        }
        return path
    }
}
