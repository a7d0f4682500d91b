import ArgumentParser
import Foundation
import LanguageModels
import TraceGraph

/// `optrace model`
struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Models that run on this machine.",
        subcommands: [Pull.self, List.self, Serve.self, Stop.self], defaultSubcommand: List.self)

    struct Pull: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring a model and the engine that serves it to this machine.")

        @Argument(help: "default, 0.5b, 1.5b, the path of a GGUF file, or the URL of one.") var names = ["default"]

        func run() async throws {
            let (local, line) = try ModelCommand.local()
            for name in names {
                let path = try await local.pull(name, progress: { line.tell($0) })
                Output.result("\(name): \(path)")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Known models, and which are here or served.")

        @Flag(help: "One JSON object a line.") var json = false

        func run() async throws {
            let (local, _) = try ModelCommand.local()
            Listing(
                await local.list(),
                object: { one in
                    [
                        "schema": "optrace.model.v1", "name": .text(one.model.name), "path": .text(one.path),
                        "present": .flag(one.isPresent), "bytes": one.bytes.map(Value.integer) ?? .null,
                        "servers": .list(one.servers.map { .text($0.url) }),
                    ]
                },
                columns: [("model", .left), ("size", .right), ("here", .left), ("served at", .left)],
                row: { one in
                    let isDefault = one.model.name == local.manifest.defaultName ? " (default)" : ""
                    return [
                        "local:\(one.model.name)\(isDefault)", one.bytes.map(Figures.bytes) ?? "?",
                        one.isPresent ? "yes" : "no", one.servers.map(\.url).joined(separator: ", "),
                    ]
                }
            ).print(
                asJSON: json, on: Terminal(environment: ProcessInfo.processInfo.environment),
                emptiness: "no model is known")
        }
    }

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serve a model until it is stopped: an OpenAI-compatible server on this machine alone.")

        @Argument(help: "default, 0.5b, 1.5b, the path of a GGUF file, or the URL of one.") var name = "default"

        func run() async throws {
            let (local, line) = try ModelCommand.local()
            let server = try await local.serve(name, progress: { line.tell($0) })
            Output.result("\(server.url)/v1")
            Output.message(
                "\(name) is served by process \(server.pid), log \(server.log); end it with: optrace model stop \(name)"
            )
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End the servers of a model, or all of them.")

        @Argument(help: "The model; all of them when none is named.") var name: String?

        func run() async throws {
            let (local, _) = try ModelCommand.local()
            let stopped = try await local.stop(name)
            for server in stopped { Output.result("stopped \(server.model) at \(server.url)") }
            if stopped.isEmpty { Output.message("nothing was being served") }
        }
    }

    static func local() throws -> (LocalModels, LocalProgressLine) {
        let environment = ProcessInfo.processInfo.environment
        let line = LocalProgressLine(terminal: Terminal(environment: environment))
        return (try ModelCatalog(environment: environment).local(), line)
    }
}
