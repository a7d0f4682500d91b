import ArgumentParser
import Evaluation
import Foundation
import Inspector
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
        @Option(help: "Of this part of the data.") var split: SplitPart?
        @Option(help: "Of this step of the run.") var step: Int?
        @Flag(help: "Only those that failed.") var failed = false
        @Option(help: "The most to list.") var limit = 30
        @OptionGroup var database: DatabaseOptions
        @Flag(help: "One JSON object a line.") var json = false

        func validate() throws { try Bounds.check(limit, "--limit", 1...) }

        func run() throws {
            let records = try database.records()
            let filter = TraceFilter(
                run: try runName.map { try records.store.run(named: $0).id }, step: step,
                candidate: try candidate.map(CandidateText.id), example: example, split: split?.rawValue,
                failed: failed ? true : nil)
            let traces = try records.store.traces(filter, limit: limit)
            let hidden = json ? try records.store.tracesOfHoldout(among: traces.map(\.id)) : []
            Listing(
                traces, object: { $0.summary(isOfHoldout: hidden.contains($0.id)) },
                columns: [
                    ("trace", .right), ("workflow", .left), ("run", .left), ("step", .right), ("", .left),
                    ("example", .left), ("split", .left), ("score", .right), ("tokens", .right), ("time", .right),
                    ("ended", .left),
                ], spare: ["step", "workflow", "time", "tokens"],
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

        func validate() throws {
            if waterfall && calls { throw ValidationError("give either --waterfall or --calls") }
        }

        func run() throws {
            let records = try database.records()
            let terminal = records.terminal
            let recorded = try records.store.recordedTrace(self.trace)
            let trace = recorded.trace
            let example = try records.store.example(ofTrace: self.trace)
            if json {
                var fields = recorded.document.object ?? [:]
                fields["fields"] = example.map { .object($0.fields) } ?? .null
                fields["of_holdout"] = .flag(try records.store.isOfHoldout(trace: self.trace))
                Output.result(Value.object(fields).json)
                return
            }
            Output.result(heading(of: recorded, on: terminal))
            for line in notSeen(of: example, in: trace) {
                Output.result("  " + line.oneLine(max(40, terminal.width - 2)))
            }
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

extension TracesCommand.Show {
    /// Where the trace comes from and how it went.
    private func heading(of recorded: RecordedTrace, on terminal: Terminal) -> String {
        let trace = recorded.trace
        var lines = [terminal.paint("trace \(self.trace)", .bold) + "  \(recorded.workflow.oneLine(60))"]
        var origin = ["\(trace.candidate.id)"]
        if let run = recorded.run { origin = ["\(trace.candidate.id) of \(run)"] }
        if let step = recorded.step { origin.append("step \(step)") }
        if let example = recorded.example {
            origin.append("example \(example.oneLine(60))" + (recorded.split.map { " (\($0))" } ?? ""))
        }
        if recorded.repetition > 0 { origin.append("repeat \(recorded.repetition)") }
        lines.append("  " + origin.joined(separator: ", "))
        var facts = [trace.outcome.name] + (recorded.score.map { ["score \(Figures.decimal($0))"] } ?? [])
        facts.append(Figures.count(trace.nodes.count, "node"))
        facts.append("\(Figures.grouped(trace.usage.totalTokens)) tokens")
        facts.append(Figures.time(nanoseconds: trace.duration))
        facts.append(recorded.recorded.formatted(RunsCommand.List.date))
        lines.append("  " + facts.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }

    /// What the example holds besides the workflow's inputs, the expected answer above all.
    private func notSeen(of example: Example?, in trace: Trace) -> [String] {
        let inputs = Set(trace.nodes.filter { $0.kind == .input }.map(\.base))
        guard let example else { return [] }
        return example.fields.compactMap { name, value in
            inputs.contains(name) || name == "id" ? nil : "\(name): \(value.plainText)"
        }
    }
}

extension TraceSummary {
    /// The trace as one JSON object.
    ///
    /// - Parameter isOfHoldout: Whether it shows the hold-out, under whatever name; see ``TraceStore/tracesOfHoldout(among:)``.
    func summary(isOfHoldout: Bool) -> Value {
        [
            "schema": "optrace.trace-summary.v1", "trace": .integer(id), "workflow": .text(workflow),
            "run": run.map(Value.text) ?? .null, "step": step.map(Value.integer) ?? .null,
            "candidate": .text("\(candidate)"), "example": example.map(Value.text) ?? .null,
            "split": split.map(Value.text) ?? .null, "outcome": .text(outcome),
            "score": score.map(Value.number) ?? .null, "nodes": .integer(nodes),
            "tokens": .integer(usage.totalTokens), "cost": usage.cost.map(Value.number) ?? .null,
            "nanoseconds": .integer(Int(duration)), "of_holdout": .flag(isOfHoldout),
        ]
    }
}
