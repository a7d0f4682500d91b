import Foundation
import Subprocess

/// This very program, started as a child: what an assistant asks for is done exactly as the command line does it.
enum OwnProgram {
    /// Where it is.
    static func path() throws -> String {
        #if os(Linux)
            return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        #else
            guard let path = Bundle.main.executablePath else {
                throw CommandError("cannot find out where this program is")
            }
            return path
        #endif
    }

    struct Ending: Sendable {
        let output: String
        let error: String
        let status: Int
    }

    private static let mostOutput = 64 << 20

    /// Runs it to its end. Cancelling interrupts it as Ctrl-C does.
    ///
    /// - Parameter line: Told each line of standard output as it comes.
    static func run(
        _ path: String, _ arguments: [String], line: @escaping @Sendable (String) async -> Void
    ) async throws -> (error: String, status: Int) {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .interrupt, toProcessGroup: true, allowedDurationToNextStep: .seconds(20)),
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2)),
        ]
        let result = try await Subprocess.run(
            executable(Executable.path, at: path), arguments: Arguments(arguments), platformOptions: options,
            input: .none, output: .sequence, error: .string(limit: mostOutput)
        ) { execution in
            for try await text in execution.standardOutput.strings() { await line(text) }
        }
        let status =
            switch result.terminationStatus {
            case .exited(let code): Int(code)
            case .signaled(let signal): 128 + Int(signal)
            }
        return (result.standardError, status)
    }

    /// The executable at a path: the path's own type is not ours to import.
    private static func executable<Path: ExpressibleByStringLiteral>(
        _ make: (Path) -> Executable, at path: String
    ) -> Executable where Path.StringLiteralType == String {
        make(Path(stringLiteral: path))
    }
}
