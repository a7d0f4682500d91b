import ArgumentParser
import Foundation
import LanguageModels
import TraceGraph

/// The `optrace` program.
@main
struct OptraceProgram {
    static func main() async {
        RecordingMemory.keepFreed()
        do {
            var command = try Optrace.parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch let request as ExitRequest {
            exit(request.status.rawValue)
        } catch {
            report(error)
        }
    }

    private static func report(_ error: any Error) -> Never {
        // Help, versions and mistakes in the arguments are ArgumentParser's to show.
        let code = Optrace.exitCode(for: error)
        guard code == .failure, !(error is ExitCode) else { Optrace.exit(withError: error) }
        Output.message("error: \(error)")
        exit(ExitStatus(for: error).rawValue)
    }
}

/// `optrace`
struct Optrace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optrace",
        abstract: "Optimize workflows of prompts, code and settings from their execution graphs.",
        version: "0.1.0-dev",
        subcommands: [
            InitCommand.self, WrapCommand.self, ValidateCommand.self, RunCommand.self, EvalCommand.self,
            OptimizeCommand.self,
            RunsCommand.self, TracesCommand.self, PromoteCommand.self, CacheCommand.self, ModelCommand.self,
            DoctorCommand.self,
        ])
}
