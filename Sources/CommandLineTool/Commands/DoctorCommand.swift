import ArgumentParser
import Foundation
import LanguageModels
import TraceGraph
import TraceStore
import Workflows

/// `optrace doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Find out what works on this machine, and how to mend what does not.")

    @OptionGroup var database: DatabaseOptions
    @Flag(help: "One JSON object a check.") var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal(environment: environment)
        var failures = 0
        func say(_ status: String, _ colour: Terminal.Colour, _ name: String, _ text: String) {
            guard json else {
                Output.result("\(terminal.paint(status.padded(4), colour))  \(name.padded(10)) \(text)")
                return
            }
            let object: Value = [
                "schema": "optrace.doctor.v1", "check": .text(name), "status": .text(status), "text": .text(text),
            ]
            Output.result(object.json)
        }
        func tell(_ name: String, _ finding: Result<String, any Error>) {
            switch finding {
            case .success(let text): say("ok", .green, name, text)
            case .failure(let error):
                failures += 1
                say("fail", .red, name, "\(error)")
            }
        }
        func remark(_ name: String, _ text: String) { say("note", .yellow, name, text) }
        tell("database", Result { try checkDatabase(environment) })
        let sandbox = await Self.result { try await checkSandbox(environment) }
        if case .failure(let error) = sandbox, environment["OPTRACE_ALLOW_UNSANDBOXED"] == "1" {
            remark(
                "sandbox", "none, and OPTRACE_ALLOW_UNSANDBOXED=1: code of models runs with your own rights. \(error)")
        } else {
            tell("sandbox", sandbox)
        }
        tell("python", await Self.result { try await checkPython(environment) })
        tell("model", await Self.result { try await checkModel(environment) })
        if let dot = Self.program("dot", environment) {
            tell("graphviz", .success(dot))
        } else {
            remark("graphviz", "not found; only drawings need it")
        }
        if failures > 0 { throw ExitRequest(.failure) }
    }

    private static func result(_ body: () async throws -> String) async -> Result<String, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    private func checkDatabase(_ environment: [String: String]) throws -> String {
        let path = database.path(environment)
        guard FileSystem.exists(path) else {
            if let obstacle = FileSystem.obstacle(toMaking: path) {
                throw CommandError("\(path) cannot be made: \(obstacle); name another one with --database")
            }
            return "\(path) is made at the first run"
        }
        let store = try TraceStore(reading: path)
        let found = try store.statistics()
        return "\(path): \(Figures.count(found.runs, "run")), \(Figures.count(found.traces, "trace")), "
            + Figures.bytes(found.fileBytes)
            + (store.isReadOnly ? "; it may only be read: to run anything, name another with --database" : "")
    }

    private func checkSandbox(_ environment: [String: String]) async throws -> String {
        do {
            let sandbox = try await Sandbox.probe(environment: environment)
            return "\(sandbox.version) at \(sandbox.path)"
        } catch {
            throw CommandError("\(error.message) Until then optimize leaves code parameters as they are.")
        }
    }

    private func checkPython(_ environment: [String: String]) async throws -> String {
        let runtime = PythonRuntime(allowsUnsandboxed: true, environment: environment)
        do {
            let function = CodeFunction(
                language: "python", source: "import sys\ndef version():\n    return sys.version.split()[0]",
                entry: try EntrySignature("version() -> str"), origin: .author)
            let version = try await runtime.call(function, arguments: [:])
            await runtime.close()
            return "code steps run in Python \(version.plainText)"
        } catch {
            await runtime.close()
            throw error
        }
    }

    private func checkModel(_ environment: [String: String]) async throws -> String {
        let chosen = environment["OPTRACE_MODEL"].flatMap { $0.isEmpty ? nil : $0 }
        let name = try ModelName(reading: chosen ?? "local:default")
        let catalog = ModelCatalog(environment: environment)
        _ = try catalog.model(name)
        guard name.provider == "local" else { return "\(name) (OPTRACE_MODEL; not called now)" }
        let usual = try ModelName.standard(in: environment)
        let other = usual == name ? "" : "; to have workflows ask \(usual) instead: export OPTRACE_MODEL=\(usual)"
        let listings = await (try catalog.local()).list()
        let present = listings.filter(\.isPresent).map { "local:\($0.model.name)" }
        return present.isEmpty
            ? "\(name) would be downloaded at its first use, or now with: optrace model pull\(other)"
            : "\(name); here: \(present.joined(separator: ", "))\(other)"
    }

    private static func program(_ name: String, _ environment: [String: String]) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
