import ArgumentParser
import Evaluation
import Foundation
import Interchange
import TraceGraph
import TraceStore

/// `optrace import`
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over traces that other tools have recorded.",
        subcommands: [OTLP.self, TGJ.self])

    /// `optrace import otlp`
    struct OTLP: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "otlp",
            abstract: "Spans of OpenTelemetry, as an exporter sends them: JSON, JSON lines or protobuf.",
            discussion: """
                Each trace becomes one trace here. Edges that the spans do not tell are inferred and say so in their \
                argument names.
                """)

        @Argument(help: "The file; - for standard input.") var file: String
        @Option(help: "What the workflow is called; the root span's name when left out.") var workflow: String?
        @OptionGroup(title: "Output") var database: DatabaseOptions

        func run() throws {
            let store = try database.open(ProcessInfo.processInfo.environment)
            for imported in try TelemetryImport.traces(in: try ImportCommand.bytes(of: file)) {
                let id = try store.save(imported.trace, workflow: workflow ?? imported.name)
                Output.result("\(id)")
                Output.message(
                    "trace \(id): \(Figures.count(imported.spans, "span")) of \(imported.name), "
                        + "\(Figures.count(imported.inferredEdges, "inferred edge")); "
                        + "look at it with: optrace traces show \(id)")
            }
        }
    }

    /// `optrace import tgj`
    struct TGJ: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tgj", abstract: "A graph of Trace in its exchange format, TGJ 1.0.")

        @Argument(help: "The file; - for standard input.") var file: String
        @Option(help: "What the workflow is called.") var workflow = "imported"
        @OptionGroup(title: "Output") var database: DatabaseOptions

        func run() throws {
            let bytes = try ImportCommand.bytes(of: file)
            let document: Value
            do {
                document = try Value(json: bytes)
            } catch {
                throw CommandError("\(file) is not JSON: \(error)")
            }
            let trace = try GraphJSONImport.trace(in: document)
            let store = try database.open(ProcessInfo.processInfo.environment)
            let id = try store.save(trace, workflow: workflow)
            Output.result("\(id)")
            Output.message(
                "trace \(id): \(Figures.count(trace.nodes.count, "node")), "
                    + "\(Figures.count(trace.parameters.count, "parameter")); look at it with: optrace traces show \(id)"
            )
        }
    }

    static func bytes(of file: String) throws -> [UInt8] {
        if file == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw CommandError("cannot read \(file): is the path right, and may you read it?")
        }
        return Array(bytes)
    }
}
