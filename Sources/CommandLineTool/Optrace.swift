import ArgumentParser
import Foundation
import LanguageModels
import TraceGraph
import TraceStore

/// The `optrace` program.
@main
struct OptraceProgram {
    static func main() async {
        RecordingMemory.keepFreed()
        StoreMemory.leaveUncounted()
        // A file that may not grow is then an error like any other.
        signal(SIGXFSZ, SIG_IGN)
        // So is a program that does not read what it is given; children start with the usual handling again.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Optrace.parseAsRoot()
            try OpenFiles.prepare()
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
            try Output.finish()
            end(with: .success)
        } catch let request as ExitRequest {
            end(with: request.status)
        } catch {
            report(error)
        }
    }

    private static func report(_ error: any Error) -> Never {
        // Help, versions and mistakes in the arguments are ArgumentParser's to show.
        let code = Optrace.exitCode(for: error)
        guard code == .failure, !(error is ExitCode) else { Optrace.exit(withError: error) }
        Output.message("error: \(error)")
        end(with: ExitStatus(for: error))
    }

    /// Ends the process without the libraries' own farewells: OpenSSL would take down what a connection that is still
    /// being opened on another thread is using.
    private static func end(with status: ExitStatus) -> Never {
        fflush(nil)
        _exit(status.rawValue)
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
            CalibrateCommand.self, OptimizeCommand.self, ProposeCommand.self, RunsCommand.self, TracesCommand.self,
            ReplayCommand.self, CreditCommand.self,
            PromoteCommand.self, ViewCommand.self, AssistantCommand.self, CacheCommand.self, ModelCommand.self,
            ImportCommand.self, DoctorCommand.self,
        ])
}
