import Foundation
import Subprocess
import Testing

/// A script in `Children/` that uses the program as another program does.
struct PythonCheck {
    let script: String

    /// Runs it with `arguments` in the program's folder.
    func run(_ arguments: [String], with program: Program) async throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Children/\(script)").path
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(
                ["-c", #"cd "$0" && exec python3 "$@""#, program.folder.path, path, try Program.path()] + arguments),
            environment: program.variables, input: .none, output: .string(limit: 1 << 22),
            error: .string(limit: 1 << 22))
        #expect(
            result.terminationStatus.isSuccess, "\(result.standardOutput.suffix(3_000))\n\(result.standardError)")
    }

    /// Whether one of the programs is in the PATH.
    static func finds(_ programs: String...) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return programs.contains { program in
            folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
        }
    }
}
