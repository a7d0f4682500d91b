import Foundation
import Subprocess
import Testing

/// The example programs, run as a reader would run them.
@Suite("Examples")
struct ExamplesTests {
    @Test(
        "every one ends with a winner that is proven on the hold-out",
        arguments: ["line", "pipeline", "agent", "ranking"])
    func promotes(_ name: String) async throws {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Examples").path) {
            folder = folder.deletingLastPathComponent()
        }
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments([folder.appending(path: "Examples").path, name]),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        #expect(result.standardOutput.contains(": promote"), "\(result.standardOutput)")
    }
}
