import Foundation
import Subprocess

extension Program {
    /// This program where its PATH has Python and a shell and nothing else: no bubblewrap above all.
    func withoutSandbox() async throws -> Program {
        let answer = try await Subprocess.run(
            .name("python3"), arguments: ["-c", "import sys; print(sys.executable)"], output: .string(limit: 4096),
            error: .discarded)
        let python = answer.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
        let bin = folder.appending(path: "bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        for (name, path) in [("python3", python), ("sh", "/bin/sh")] {
            try FileManager.default.createSymbolicLink(
                atPath: bin.appending(path: name).path, withDestinationPath: path)
        }
        var program = self
        program.environment["PATH"] = bin.path
        return program
    }
}
