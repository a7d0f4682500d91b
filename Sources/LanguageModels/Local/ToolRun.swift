import Subprocess

/// Runs a program to its end.
enum ToolRun {
    /// What it printed on standard output.
    ///
    /// - Parameter purpose: What it was run for, as the message about a failure begins.
    /// - Throws: ``ModelError`` with `code`, the end of what it printed and its status; `CancellationError`.
    @discardableResult
    static func output(
        of program: String, _ arguments: [String], for purpose: String, _ code: ModelError.Code
    ) async throws -> String {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))]
        do {
            let result = try await run(
                // A name is looked up in PATH; `env` runs what is given with its folder.
                .name(program.contains("/") ? "env" : program),
                arguments: Arguments(program.contains("/") ? [program] + arguments : arguments),
                platformOptions: options, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            try Task.checkCancellation()
            if result.terminationStatus.isSuccess { return result.standardOutput }
            let words = result.standardError.isEmpty ? result.standardOutput : result.standardError
            throw ModelError(
                code, "\(purpose): \(program) failed (\(result.terminationStatus)): \(LogTail.of(words))")
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw ModelError(code, "\(purpose): \(program) could not be run: is it installed?", underlyingError: error)
        }
    }
}
