import ArgumentParser
import Interchange
import LanguageModels
import TraceGraph
import TraceStore

/// `optrace traces`
struct TracesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traces", abstract: "List, show, judge, compare, export and delete recorded executions.",
        subcommands: [List.self, Show.self, Say.self, Diff.self, Export.self, Delete.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Traces, the newest first.")

        @Option(name: .customLong("run"), help: "Of this run: a name, the beginning of one, or latest.")
        var runName: String?
        @Option(help: "Of this candidate, such as c3.") var candidate: String?
        @Option(help: "Of this example.") var example: String?
        @Option(help: "Of this part of the data: train, validation or holdout.") var split: String?
        @Option(help: "Of this step of the run.") var step: Int?
        @Flag(help: "Only those that failed.") var failed = false
        @Option(help: "The most to list.") var limit = 30
        @OptionGroup var database: DatabaseOptions
        @Flag(help: "One JSON object a line.") var json = false

        func run() throws {
            let records = try database.records()
            let filter = TraceFilter(
                run: try runName.map { try records.store.run(named: $0).id }, step: step,
                candidate: try candidate.map(CandidateText.id), example: example, split: split,
                failed: failed ? true : nil)
            let traces = try records.store.traces(filter, limit: max(1, limit))
            Listing(
                traces, object: \.summary,
                columns: [
                    ("trace", .right), ("workflow", .left), ("run", .left), ("step", .right), ("", .left),
                    ("example", .left), ("split", .left), ("score", .right), ("tokens", .right), ("time", .right),
                    ("ended", .left),
                ],
                row: { trace in
                    [
                        "\(trace.id)", trace.workflow, trace.run ?? "–", trace.step.map(String.init) ?? "–",
                        "\(trace.candidate)", trace.example ?? "–", trace.split ?? "–",
                        trace.score.map { Figures.decimal($0) } ?? "–", Figures.grouped(trace.usage.totalTokens),
                        Figures.time(nanoseconds: trace.duration), trace.outcome,
                    ]
                }
            ).print(asJSON: json, on: records.terminal, emptiness: "no such traces")
            if !json, let first = traces.first {
                Output.message("show one with: optrace traces show \(first.id)")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One trace as an outline: nodes in execution order with values, times, tokens and feedback.")

        @Argument(help: "The trace's number.") var trace: Int
        @Flag(help: "Whole values instead of their first lines, and every row of a waterfall.") var full = false
        @Flag(help: "The operations on a time axis instead of the outline.") var waterfall = false
        @Flag(help: "The request and the reply of every model call, as sent.") var calls = false
        @OptionGroup var database: DatabaseOptions
        @Flag(help: "One JSON object.") var json = false

        func run() throws {
            let records = try database.records()
            let terminal = records.terminal
            let trace = try records.store.trace(id: self.trace)
            if json {
                Output.result(trace.recorded.json)
                return
            }
            Output.result(
                terminal.paint("trace \(self.trace)", .bold)
                    + "  \(trace.candidate.id), \(trace.outcome.name), \(Figures.count(trace.nodes.count, "node")), "
                    + "\(Figures.grouped(trace.usage.totalTokens)) tokens, \(Figures.time(nanoseconds: trace.duration))"
            )
            Output.result(
                waterfall
                    ? Waterfall(trace: trace, terminal: terminal, showsEverything: full).shown()
                    : TraceOutline(trace: trace, terminal: terminal, showsWholeValues: full).shown())
            guard calls else { return }
            for call in trace.calls {
                Output.result(
                    "\n" + terminal.paint("model call of \(trace[call.node].name)", .bold) + "  \(call.model)")
                guard let key = call.completion, let completion = try records.store.completion(key: key) else {
                    Output.result("  the reply was not kept")
                    continue
                }
                Output.result(completion.request.prettyJSON.printable)
                Output.result(terminal.paint("reply", .bold))
                Output.result(completion.reply.text.printable)
            }
        }
    }
}

extension TraceSummary {
    /// The trace as one JSON object.
    var summary: Value {
        [
            "schema": "optrace.trace-summary.v1", "trace": .integer(id), "workflow": .text(workflow),
            "run": run.map(Value.text) ?? .null, "step": step.map(Value.integer) ?? .null,
            "candidate": .text("\(candidate)"), "example": example.map(Value.text) ?? .null,
            "split": split.map(Value.text) ?? .null, "outcome": .text(outcome),
            "score": score.map(Value.number) ?? .null, "nodes": .integer(nodes),
            "tokens": .integer(usage.totalTokens), "cost": usage.cost.map(Value.number) ?? .null,
            "nanoseconds": .integer(Int(duration)),
        ]
    }
}
