import ContentHash
import Foundation
import Logging
import Synchronization

extension PythonRuntime {
    /// A worker whose child holds nothing yet, in the sandbox where there is one.
    func started(for source: CodeFunction, in surroundings: Surroundings) throws -> CodeWorker {
        let interpreter = surroundings.interpreter
        func command(_ scratch: String, isSandboxed: Bool) -> [String] {
            [
                interpreter.path, "-s", "-B", "-X", "utf8", "-c", PythonBootstrap.program,
                limits.pythonArgument(scratch: scratch, isSandboxed: isSandboxed),
            ]
        }
        switch surroundings.sandbox {
        case .success(let sandbox):
            let launch = sandbox.launch(
                command(Sandbox.scratch, isSandboxed: true), reading: interpreter.folders,
                environment: Self.childEnvironment(scratch: Sandbox.scratch), limits: limits)
            return CodeWorker(key: source.sourceHash, launch: launch, limits: limits)
        case .failure(let reason):
            warn(about: reason)
            let scratch = try Self.makeScratch()
            let launch = ChildLaunch(
                command: command(scratch, isSandboxed: false),
                environment: Self.childEnvironment(scratch: scratch),
                filter: limits.processes == 0 ? SystemCallFilter.program : [])
            return CodeWorker(key: source.sourceHash, launch: launch, limits: limits) { [logger] in
                do {
                    try FileManager.default.removeItem(atPath: scratch)
                } catch {
                    logger.warning("a scratch folder of code could not be removed", metadata: ["path": "\(scratch)"])
                }
            }
        }
    }

    /// The interpreter and the sandbox, looked for once.
    ///
    /// - Throws: ``CodeError/Code/noSandbox`` when there is none and code of `origin` may not run without.
    func surroundings(for origin: CodeFunction.Origin) async throws -> Surroundings {
        let found = try await surroundings()
        if case .failure(let reason) = found.sandbox {
            guard allowsUnsandboxed || origin == .author else { throw reason }
        }
        return found
    }

    func surroundings() async throws -> Surroundings {
        let task = surroundings.withLock { task in
            if let task { return task }
            let new = Task { [interpreterName, environment, probe] in
                let interpreter = try await PythonInterpreter.locate(interpreterName, environment: environment)
                do {
                    return Surroundings(interpreter: interpreter, sandbox: .success(try await probe()))
                } catch {
                    return Surroundings(interpreter: interpreter, sandbox: .failure(error))
                }
            }
            task = new
            return new
        }
        return try await task.value
    }

    private func warn(about reason: any Error) {
        let isFirst = hasWarned.withLock { hasWarned in
            defer { hasWarned = true }
            return !hasWarned
        }
        guard isFirst else { return }
        logger.warning(
            "code runs without a sandbox, with the rights of this process", metadata: ["reason": "\(reason)"])
    }

    /// The same in every child, so that results do not depend on the machine or on the order of sets.
    private static func childEnvironment(scratch: String) -> [String: String] {
        [
            "HOME": scratch, "TMPDIR": scratch, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC",
            "PYTHONHASHSEED": "0",
        ]
    }

    private static func makeScratch() throws(CodeError) -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("optrace-code-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CodeError(.startFailed, "No scratch folder for code could be made in \(folder.path).")
        }
        return folder.path
    }
}
