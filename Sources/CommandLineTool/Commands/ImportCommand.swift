import ArgumentParser
import Foundation
import Interchange
import TraceGraph
import TraceStore

/// `optrace import`
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over traces that other tools recorded.",
        subcommands: [Telemetry.self, TGJ.self])

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

        @Argument(help: "A file; - for standard input.") var file: String
        @Option(help: "What the traces are called; by default after their service.") var workflow: String?
        @Option(
            name: .customLong("parameter"),
            help: ArgumentHelp(
                "An input of a span that is a text parameter, so that feedback reaches it. Can be repeated.",
                valueName: "name=span.input"))
        var parameters: [String] = []
        @Option(help: "json or protobuf; by default told by the first byte.") var encoding: Encoding?
        @Flag(help: "Print a JSON line for each trace.") var json = false
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let bindings = try parameters.map(Self.binding)
            let content: TelemetryImport
            do {
                content = try TelemetryImport(
                    try ImportCommand.bytes(of: file), encoding: encoding?.content, workflow: workflow,
                    bindings: bindings)
            } catch let error as ImportError {
                throw CommandError("\(file): \(error)")
            }
            for remark in content.remarks { Output.message("note: \(remark)") }
            let store = try database.open(ProcessInfo.processInfo.environment)
            for trace in content.traces { try ImportCommand.save(trace, in: store, json: json) }
            try store.close()
        }

        /// `instruction=generate.system`
        private static func binding(_ text: String) throws -> SpanBinding {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw CommandError(
                    "--parameter '\(text)': expected name=span.input, or name=input for any span", code: .usage)
            }
            let place = parts[1].split(separator: ".", maxSplits: 1).map(String.init)
            return SpanBinding(
                ParameterDefinition(parts[0], kind: .text, initial: ""), span: place.count == 2 ? place[0] : nil,
                input: place.last ?? parts[1])
        }
    }

    /// `optrace import tgj`
    struct TGJ: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tgj", abstract: "Import a graph in Trace's exchange format, TGJ 1.0.")

        @Argument(help: "A file; - for standard input.") var file: String
        @Option(help: "What the trace is called; by default after its agent.") var workflow: String?
        @Flag(help: "Print a JSON line for the trace.") var json = false
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            var trace: RecordedTrace
            do {
                trace = try RecordedTrace(tgj: try Value(json: try ImportCommand.bytes(of: file)))
            } catch let error as ImportError {
                throw CommandError("\(file): \(error)")
            } catch let error as JSONError {
                throw CommandError("\(file): not JSON: \(error)")
            }
            if let workflow { trace.workflow = workflow }
            try ImportCommand.save(trace, in: try database.open(ProcessInfo.processInfo.environment), json: json)
        }
    }

    fileprivate static func bytes(of file: String) throws -> [UInt8] {
        if file == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: file)))
        } catch {
            throw CommandError("\(file) cannot be read: \(error.localizedDescription)")
        }
    }

    fileprivate static func save(_ trace: RecordedTrace, in store: TraceStore, json: Bool) throws {
        let number = try store.save(trace.trace, workflow: trace.workflow)
        let (nodes, calls) = (trace.trace.nodes.count, trace.trace.calls.count)
        if json {
            let line: Value = [
                "schema": "optrace.import.v1", "trace": .integer(number), "workflow": .text(trace.workflow),
                "nodes": .integer(nodes), "calls": .integer(calls), "outcome": .text(trace.trace.outcome.name),
            ]
            Output.result(line.json)
        } else {
            Output.result("trace \(number)  \(trace.workflow), \(nodes) nodes, \(calls) model calls")
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
