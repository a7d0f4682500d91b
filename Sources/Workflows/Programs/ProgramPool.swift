import Foundation
import Synchronization

/// The programs that workflows run over the protocol, each started at its first use and kept running.
///
/// They end with ``close()``, or when nobody holds the pool any more.
public final class ProgramPool: Sendable {
    private let hosts = Mutex<[ProgramLaunch: ProgramHost]>([:])

    public init() {}

    /// The processes of a program that is started like this.
    func host(of launch: ProgramLaunch) -> ProgramHost {
        hosts.withLock { hosts in
            if let host = hosts[launch] { return host }
            let host = ProgramHost(launch) { () throws(ProgramError) in try await Self.command(for: launch) }
            hosts[launch] = host
            return host
        }
    }

    /// What the program says of itself; starts it when it does not run.
    ///
    /// - Throws: ``ProgramError``; `CancellationError`.
    public func greeting(of launch: ProgramLaunch) async throws -> ProgramGreeting {
        try await host(of: launch).greeting()
    }

    /// Kills all programs and waits until they are gone.
    public func close() async {
        let all = hosts.withLock { Array($0.values) }
        for host in all { await host.close() }
    }

    private static func command(for launch: ProgramLaunch) async throws(ProgramError) -> ChildLaunch {
        let folder = launch.folder ?? FileManager.default.currentDirectoryPath
        guard let first = launch.words.first, !first.isEmpty else {
            throw ProgramError(.notFound, "the program has no name")
        }
        let named = first.contains("/") && !first.hasPrefix("/") ? "\(folder)/\(first)" : first
        guard let path = SystemPrograms.path(of: named, in: launch.environment) else {
            throw ProgramError(.notFound, "there is no program '\(first)'; is it installed, and in the PATH?")
        }
        var words = [path] + launch.words.dropFirst()
        guard launch.isSandboxed else {
            return ChildLaunch(command: words, environment: launch.childEnvironment, directory: folder)
        }
        // Inside, programs start in the scratch folder: files are named in full.
        for place in words.indices.dropFirst() where FileManager.default.fileExists(atPath: "\(folder)/\(words[place])")
        {
            words[place] = "\(folder)/\(words[place])"
        }
        do throws(CodeError) {
            let sandbox = try await Sandbox.probe(environment: launch.environment)
            var folders = [folder]
            if path.split(separator: "/").last?.hasPrefix("python") == true {
                // What is in the PATH may be a script that starts the interpreter.
                let interpreter = try await PythonInterpreter.locate(path, environment: launch.environment)
                words[0] = interpreter.path
                folders += interpreter.folders
            } else {
                folders.append(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
            }
            folders += (launch.environment["PYTHONPATH"] ?? "").split(separator: ":").map(String.init)
                .filter { FileManager.default.fileExists(atPath: $0) }
            return sandbox.launch(
                words, reading: Array(Set(folders)), environment: launch.childEnvironment, limits: CodeLimits())
        } catch {
            throw ProgramError(.notStarted, error.message)
        }
    }
}
