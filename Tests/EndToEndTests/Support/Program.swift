import Foundation
import Subprocess
import Testing

/// The `optrace` program as the build made it, run in a folder of its own.
struct Program: Sendable {
    /// The folder it runs in; removed by ``remove()``.
    let folder: URL
    /// What it finds in its environment besides PATH and HOME.
    var environment: [String: String] = [:]

    struct Ending: Sendable {
        let status: Int
        let output: String
        let error: String

        fileprivate init(_ status: TerminationStatus, output: String, error: String) {
            self.status =
                switch status {
                case .exited(let code): Int(code)
                case .signaled(let signal): -Int(signal)
                }
            self.output = output
            self.error = error
        }

        var lines: [Substring] { output.split(separator: "\n") }
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "optrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func write(_ text: String, to path: String) throws {
        let url = folder.appending(path: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    func read(_ path: String) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    /// Runs it with `arguments` to its end.
    func run(_ arguments: String..., input: String = "") async throws -> Ending {
        try await run(arguments, input: input)
    }

    /// Runs it with `arguments` to its end.
    func run(_ arguments: [String], input: String = "") async throws -> Ending {
        let result = try await Subprocess.run(
            .name("sh"), arguments: try command(arguments), environment: variables,
            input: .string(input, using: UTF8.self), output: .string(limit: 1 << 24), error: .string(limit: 1 << 24))
        return Ending(result.terminationStatus, output: result.standardOutput, error: result.standardError)
    }

    /// Runs it with `arguments` to its end, in a process group of its own like a shell's, while `meanwhile` interferes.
    func run(
        _ arguments: [String], meanwhile: (RunningProgram) async throws -> Void
    ) async throws -> Ending {
        var options = PlatformOptions()
        options.processGroupID = 0
        let errors = ErrorText()
        let result = try await Subprocess.run(
            .name("sh"), arguments: try command(arguments), environment: variables, platformOptions: options,
            input: .none, output: .string(limit: 1 << 24), error: .sequence
        ) { execution in
            async let reading: Void = errors.read(execution.standardError)
            let running = RunningProgram(errors: errors) {
                try execution.send(signal: .interrupt, toProcessGroup: true)
            }
            do {
                try await meanwhile(running)
            } catch {
                try execution.send(signal: .kill, toProcessGroup: true)
                throw error
            }
            try await reading
        }
        return Ending(result.terminationStatus, output: result.standardOutput, error: errors.text)
    }

    var variables: Environment {
        let inherited = ProcessInfo.processInfo.environment
        var variables: [Environment.Key: String] = [:]
        for name in ["PATH", "HOME", "LANG"] { variables[Environment.Key(stringLiteral: name)] = inherited[name] }
        variables["XDG_CACHE_HOME"] = folder.appending(path: "user-cache").path
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        return .custom(variables)
    }

    private func command(_ arguments: [String]) throws -> Arguments {
        // The shell only changes into the folder; the program takes its place.
        Arguments(["-c", #"cd "$0" && exec "$@""#, folder.path, try Self.path()] + arguments)
    }

    /// Beside the test bundle, where the same build put it.
    static func path() throws -> String {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appending(path: "optrace").path
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: program, isDirectory: &isFolder), !isFolder.boolValue {
                return program
            }
            folder.deleteLastPathComponent()
        }
        throw ProgramError(message: "the optrace program is not beside the tests; build the package first")
    }
}

struct ProgramError: Error {
    let message: String
}
