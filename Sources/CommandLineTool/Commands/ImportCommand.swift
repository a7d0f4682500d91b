import ArgumentParser
import Evaluation
import Foundation
import Interchange
import TraceGraph
import TraceStore

/// `optrace import`
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over traces that other tools recorded, and configurations made for them.",
        subcommands: [Telemetry.self, TGJ.self, Promptfoo.self])

    /// `optrace import otlp`
    struct Telemetry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "otlp",
            abstract:
                "Import what OpenTelemetry's exporters send: a trace request in JSON (one, or one a line) or protobuf.",
            discussion: """
                Spans become operations. What they were made from is taken from links that name an argument, else \
                inferred from values and order: the arguments of such edges begin with 'inferred_'.
                """)

        @Argument(help: "A file; - for standard input.") var file: String?
        @Option(
            help: ArgumentHelp(
                "Receive instead of reading a file: listen on this port of 127.0.0.1, 0 for any that is free; ends at Ctrl-C.",
                valueName: "port"))
        var listen: UInt16?
        @Option(help: "With --listen: end after so many traces.") var traces: Int?
        @Option(
            help: """
                What the traces are called, by default after their service; or a workflow file, whose bindings say which \
                values are its parameters'.
                """)
        var workflow: String?
        @Option(
            name: .customLong("parameter"),
            help: ArgumentHelp(
                "An input of a span that is a text parameter, so that feedback reaches it. Can be repeated.",
                valueName: "name=span/input"))
        var parameters: [String] = []
        @Option(help: "json or protobuf; by default told by the first byte.") var encoding: Encoding?
        @Flag(help: "Print a JSON line for each trace.") var json = false
        @OptionGroup var database: DatabaseOptions

        func validate() throws {
            if (file == nil) == (listen == nil) { throw ValidationError("name a file, or a port with --listen") }
            if traces != nil, listen == nil { throw ValidationError("--traces goes with --listen") }
            try Bounds.check(traces, "--traces", 1...1_000_000)
        }

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            var origin = try TraceOrigin(workflow, environment)
            origin.bindings += try parameters.map(Self.binding)
            let store = try database.open(environment)
            if let listen {
                try await TelemetryReception(
                    origin: origin, store: store, most: traces,
                    save: { [json] in try ImportCommand.save($0, in: store, json: json) }
                ).run(port: listen)
            } else if let file {
                let content: TelemetryImport
                do {
                    content = try TelemetryImport(
                        try ImportCommand.bytes(of: file), encoding: encoding?.content, workflow: origin.name,
                        bindings: origin.bindings)
                } catch let error as ImportError {
                    throw CommandError("\(file): \(error)")
                }
                for remark in content.remarks { Output.message("note: \(remark)") }
                for trace in content.traces { try ImportCommand.save(trace, in: store, json: json) }
            }
            try store.close()
        }

        /// `instruction=generate/system`
        private static func binding(_ text: String) throws -> SpanBinding {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw CommandError(
                    "--parameter '\(text)': expected name=span/input, or name=input for any span", code: .usage)
            }
            let sign = parts[1].lastIndex(of: "/") ?? parts[1].firstIndex(of: ".")
            return SpanBinding(
                ParameterDefinition(parts[0], kind: .text, initial: ""), span: sign.map { String(parts[1][..<$0]) },
                input: sign.map { String(parts[1][parts[1].index(after: $0)...]) } ?? parts[1])
        }
    }

    /// `optrace import tgj`
    struct TGJ: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tgj", abstract: "Import a graph in Trace's exchange format, TGJ 1.0.")

        @Argument(help: "A file; - for standard input.") var file: String
        @Option(
            help: """
                What the trace is called, by default after its agent; or a workflow file, whose bindings say which values \
                are its parameters'.
                """)
        var workflow: String?
        @Flag(help: "Print a JSON line for the trace.") var json = false
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let origin = try TraceOrigin(workflow, environment)
            let content: TGJImport
            do {
                content = try TGJImport(
                    try Value(json: try ImportCommand.bytes(of: file)), bindings: origin.bindings)
            } catch let error as ImportError {
                throw CommandError("\(file): \(error)")
            } catch let error as JSONError {
                throw CommandError("\(file): not JSON: \(error)")
            }
            for remark in content.remarks { Output.message("note: \(remark)") }
            var trace = content.trace
            if let name = origin.name { trace.workflow = name }
            try ImportCommand.save(trace, in: try database.open(environment), json: json)
        }
    }

    fileprivate static func bytes(of file: String) throws -> [UInt8] {
        if file == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
        return try FileSystem.bytes(of: file)
    }

    static func save(_ trace: RecordedTrace, in store: TraceStore, json: Bool) throws {
        // An example is one by what it holds; a name alone would mean another one here.
        let example = trace.exampleFields.flatMap { fields in trace.example.map { Example(id: $0, fields: fields) } }
        let number = try store.save(
            trace.trace, workflow: trace.workflow, example: example, split: trace.split,
            repetition: trace.repetition, score: trace.score)
        let (nodes, calls) = (trace.trace.nodes.count, trace.trace.calls.count)
        if json {
            let line: Value = [
                "schema": "optrace.import.v1", "trace": .integer(number), "workflow": .text(trace.workflow),
                "nodes": .integer(nodes), "calls": .integer(calls), "outcome": .text(trace.trace.outcome.name),
            ]
            Output.result(line.json)
        } else {
            Output.result("trace \(number)  \(trace.workflow.printable), \(nodes) nodes, \(calls) model calls")
            Output.message("show it with: optrace traces show \(number)")
        }
    }
}

extension ImportCommand.Telemetry {
    enum Encoding: String, ExpressibleByArgument, CaseIterable {
        case json, protobuf

        var content: TelemetryImport.Encoding { self == .json ? .json : .protobuf }
    }
}
