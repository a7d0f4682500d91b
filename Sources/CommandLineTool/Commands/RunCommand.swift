import ArgumentParser
import Evaluation
import Foundation
import LanguageModels
import TraceGraph
import TraceStore
import Workflows

/// `optrace run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a workflow once and keep its trace.",
        discussion: """
            Inputs come from --input, from an example of the workflow's data, or as one JSON object from standard \
            input with --input -. The output goes to standard output.
            """)

    @Argument(help: "The workflow file.") var workflow: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "An input, as text or JSON; name=@file reads a file; - reads a JSON object from standard input.",
            valueName: "name=value"))
    var input: [String] = []

    @Option(help: "Take the inputs of this example of the workflow's data.") var example: String?

    @Option(help: "With the values of this candidate: run, or run:c3.") var candidate: String?

    @OptionGroup(title: "Models") var models: ModelOptions
    @OptionGroup(title: "Output") var database: DatabaseOptions
    @Flag(help: "Output, trace number, scores and usage as one JSON object.") var json = false

    func run() async throws {
        let session = try Session(workflow: workflow, models: models, database: database)
        if let refusal = session.workflow.file.refusalToRun { throw refusal }
        try await session.use { session in
            let example = try example(in: session)
            let candidate = try CandidateChoice(candidate).candidate(for: session)
            let trace = await session.workflow.run(candidate, on: example, repetition: 0)
            let id = try session.store.save(trace, workflow: session.workflow.file.name, example: example)
            try report(trace, id, on: session.terminal)
        }
    }

    /// What went wrong, and at which node.
    private static func error(of trace: Trace) -> Value {
        guard let node = trace.result else { return ["message": .text(trace.outcome.name), "node": .null] }
        return ["message": .text(node.value.plainText), "node": .text(node.name)]
    }

    private func report(_ trace: Trace, _ id: Int, on terminal: Terminal) throws {
        let isWhole = if case .completed = trace.outcome { true } else { false }
        if json {
            let result: Value = [
                "schema": "optrace.run-once.v1", "trace": .integer(id), "outcome": .text(trace.outcome.name),
                "output": isWhole ? trace.result?.value ?? .null : .null,
                "error": isWhole ? .null : Self.error(of: trace),
                "calls": .integer(trace.usage.calls),
                "tokens": .integer(trace.usage.totalTokens), "cost": trace.usage.cost.map(Value.number) ?? .null,
            ]
            Output.result(result.json)
        } else if isWhole {
            // A program gets the output as it is; a person's terminal must not obey it.
            let output = trace.result?.value.plainText ?? ""
            Output.result(terminal.isLookedAt ? output.printable : output)
        }
        let used = "\(Figures.grouped(trace.usage.totalTokens)) tokens, \(Figures.time(nanoseconds: trace.duration))"
        Output.message("trace \(id): \(used); look at it with: optrace traces show \(id)")
        guard isWhole else {
            let failure = trace.result.map { "\($0.name): \($0.value.plainText)" } ?? "cancelled"
            let code = trace.error.map(ExitStatus.init) ?? .failure
            throw CommandError("the workflow failed at \(failure)", code: code)
        }
    }

    private func objectFromStandardInput() throws -> Fields {
        do {
            let content = Array(FileHandle.standardInput.readDataToEndOfFile())
            if let object = try Value(json: content).object { return object }
        } catch {
            throw CommandError("standard input: \(error)", code: .usage)
        }
        throw CommandError("standard input is no JSON object", code: .usage)
    }

    private func example(in session: Session) throws -> Example {
        var fields = Fields()
        if let example {
            let dataset = try session.workflow.file.dataset()
            guard let found = dataset[example] ?? dataset.example(atLine: example) else {
                throw CommandError(
                    "the data has no example '\(example)'; name one by its id, as `optrace eval --failures` and "
                        + "`optrace traces list` show it, or by the line of the file it starts in", code: .usage)
            }
            if input.isEmpty { return found }
            fields = found.fields
        }
        var given: Set<String> = []
        for text in input {
            if text == "-" {
                let object = try objectFromStandardInput()
                for (name, value) in object { fields[name] = value }
                continue
            }
            guard let sign = text.firstIndex(of: "=") else {
                throw CommandError("--input takes name=value, not '\(text)'", code: .usage)
            }
            let name = String(text[..<sign])
            guard let declared = session.workflow.file.inputs.first(where: { $0.name == name }) else {
                let known = session.workflow.file.inputs.map(\.name).joined(separator: ", ")
                throw CommandError("the workflow has no input '\(name)'; its inputs are: \(known)", code: .usage)
            }
            guard given.insert(name).inserted else {
                throw CommandError("--input gives '\(name)' twice", code: .usage)
            }
            var content = String(text[text.index(after: sign)...])
            if content.hasPrefix("@") { content = try FileSystem.text(of: String(content.dropFirst())) }
            fields[name] = declared.kind == .text ? .text(content) : (try? Value(json: content)) ?? .text(content)
        }
        let missing = session.workflow.file.inputs.map(\.name).filter { fields[$0] == nil }
        guard missing.isEmpty else {
            throw CommandError(
                "no value is given for \(missing.joined(separator: ", ")): add "
                    + missing.map { "--input \($0)=VALUE" }.joined(separator: " ")
                    + ", or take an example of the data with --example ID", code: .usage)
        }
        return Example(id: "input", fields: fields)
    }
}

extension Dataset {
    /// The example whose row starts in the line that `text` tells.
    fileprivate func example(atLine text: String) -> Example? {
        Int(text).flatMap { line in examples.first { $0.line == line } }
    }
}
