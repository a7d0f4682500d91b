import ContentHash
public import Foundation
public import Logging
import Synchronization
public import TraceGraph

/// Runs Python functions in a pool of persistent children inside a sandbox.
///
/// Each child is bound to one source text; calls of the same source may use several children at once. A child keeps the
/// state of its source between calls (a module is loaded once) and is replaced when a call fails in a way that leaves
/// it in doubt. A call of a warm child costs about 60 µs of CPU, a new child about 20 ms.
public final class PythonRuntime: CodeRuntime {
    public var language: String { "python" }

    private let interpreterName: String
    private let environment: [String: String]
    private let limits: CodeLimits
    private let allowsUnsandboxed: Bool
    private let probe: @Sendable () async throws -> Sandbox
    private let logger: Logger
    private let surroundings = Mutex<Task<Surroundings, any Error>?>(nil)
    private let hasWarned = Mutex(false)
    let pool: WorkerPool

    /// What is found out once, with the first call.
    private struct Surroundings: Sendable {
        let interpreter: PythonInterpreter
        let sandbox: Result<Sandbox, any Error>

        var isSandboxed: Bool {
            if case .success = sandbox { true } else { false }
        }
    }

    /// - Parameters:
    ///   - interpreter: A program in `PATH` or a path.
    ///   - limits: What one call may use.
    ///   - children: The most children alive at once; nil for the number of cores and two more.
    ///   - allowsUnsandboxed: Whether code written by a model may run with this process's rights where there is no
    ///     sandbox. Code written by the author of a workflow may, with a warning.
    ///   - environment: Where programs are looked up. Children get none of it.
    ///   - probe: How a sandbox is found.
    ///   - logger: Takes the warning.
    public init(
        interpreter: String = "python3", limits: CodeLimits = CodeLimits(), children: Int? = nil,
        allowsUnsandboxed: Bool = false,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        probe: (@Sendable () async throws -> Sandbox)? = nil,
        logger: Logger = Logger(label: "optrace.code")
    ) {
        self.interpreterName = interpreter
        self.environment = environment
        self.limits = limits
        self.allowsUnsandboxed = allowsUnsandboxed
        self.probe = probe ?? { try await Sandbox.probe(environment: environment) }
        self.logger = logger
        self.pool = WorkerPool(capacity: children ?? ProcessInfo.processInfo.activeProcessorCount + 2)
    }

    public func check(_ function: CodeFunction) async throws {
        try accept(function)
        // Checking only parses, so all sources are checked by the children of the empty one.
        let empty = CodeFunction(source: "", entry: function.entry, origin: function.origin)
        _ = try await exchange(.check(function), for: empty, about: function, within: limits.wallTime)
    }

    public func run(
        _ function: CodeFunction, arguments: Fields, within limit: Duration? = nil
    ) async throws -> CodeReply {
        try accept(function)
        try function.entry.accept(arguments)
        return try await exchange(
            .call(function, arguments), for: function, about: function, within: limit ?? limits.wallTime)
    }

    public func close() async {
        await pool.close()
    }

    private func accept(_ function: CodeFunction) throws(CodeError) {
        guard function.language == language else {
            throw CodeError(
                .unsupportedLanguage, "Code in '\(function.language)' cannot be run; write it in '\(language)'.")
        }
    }

    // MARK: Exchanges

    /// How much later than the child's own alarm, which knows the line, the parent stops a call.
    private static let grace: Duration = .milliseconds(150)

    /// Has a worker that holds `source` answer `request`.
    private func exchange(
        _ request: PythonRequest, for source: CodeFunction, about function: CodeFunction, within limit: Duration
    ) async throws -> CodeReply {
        let surroundings = try await surroundings()
        // Before a child is looked for: one that runs an author's same source unsandboxed must not serve a model's.
        if case .failure(let reason) = surroundings.sandbox {
            guard allowsUnsandboxed || source.origin == .author else { throw reason }
        }
        var last: CodeError?
        for _ in 0..<3 {
            try Task.checkCancellation()
            let (worker, isFresh) = try await loadedWorker(for: source, in: surroundings)
            let reply: PythonReply
            do throws(AskFailure) {
                reply = try await ask(worker, request, within: limit)
            } catch {
                switch error {
                case .final(let error): throw error
                // An earlier call of the same source may be to blame. Nothing in a sandbox has effects outside of it,
                // so the call can be made again; with a fresh child the blame is its own.
                case .doubtful(let error) where isFresh || !surroundings.isSandboxed: throw error
                case .doubtful(let error): last = error
                case .stale: break
                }
                continue
            }
            await giveBack(worker, reusable: reply.leavesWorkerUsable)
            return try reply.result(in: function, limits: limits, within: limit)
        }
        throw last
            ?? CodeError(
                .protocolViolation,
                "The code ended its process or wrote into the channel right after it was loaded, three times in a row.")
    }

    private enum AskFailure: Error {
        /// The worker was gone or in doubt before anything was sent.
        case stale
        /// The child ended, or the channel was written into, during the call.
        case doubtful(CodeError)
        case final(any Error)
    }

    /// The reply of `worker`, which stays held; it is given back when this throws.
    private func ask(
        _ worker: CodeWorker, _ request: PythonRequest, within limit: Duration
    ) async throws(AskFailure) -> PythonReply {
        let id = Int.random(in: 1...Int.max)
        let answer: WorkerReply
        do throws(WorkerFailure) {
            answer = try await worker.exchange(request.line(id: id, within: limit), within: limit + Self.grace)
        } catch {
            pool.forfeit(worker)
            switch error.reason {
            case .stale: throw .stale
            case .ended, .tampered: throw .doubtful(error.error(within: limit, limits: limits))
            default: throw .final(failure(error, limit))
            }
        }
        do throws(CodeError) {
            return try PythonReply(answer, id: id)
        } catch {
            await giveBack(worker, reusable: false)
            throw .doubtful(error)
        }
    }

    private func giveBack(_ worker: CodeWorker, reusable: Bool) async {
        if reusable {
            pool.release(worker)
        } else {
            await worker.end()
            pool.forfeit(worker)
        }
    }

    private func loadedWorker(
        for source: CodeFunction, in surroundings: Surroundings
    ) async throws -> (CodeWorker, isFresh: Bool) {
        switch try await pool.acquire(source.sourceHash) {
        case .use(let worker):
            return (worker, false)
        case .start(let other):
            let worker: CodeWorker
            do {
                await other?.end()
                worker = try started(for: source, in: surroundings)
            } catch {
                pool.forfeit(nil)
                throw error
            }
            guard pool.adopt(worker) else {
                await worker.end()
                pool.forfeit(nil)
                throw WorkerPool.closedError
            }
            try await load(source, into: worker)
            return (worker, true)
        }
    }

    /// Waits for the child's greeting and hands it its source; the worker is given back when this throws.
    private func load(_ source: CodeFunction, into worker: CodeWorker) async throws {
        do throws(WorkerFailure) {
            _ = try await worker.exchange([], within: limits.startTime)
        } catch {
            pool.forfeit(worker)
            if case .interrupted = error.reason { throw failure(error, limits.startTime) }
            throw Self.startError(error)
        }
        let reply: PythonReply
        do throws(AskFailure) {
            reply = try await ask(worker, .load(source), within: limits.wallTime)
        } catch {
            switch error {
            case .final(let error): throw error
            case .doubtful(let error): throw error
            case .stale: throw CodeError(.startFailed, "The child for code was gone before the code was loaded.")
            }
        }
        do throws(CodeError) {
            _ = try reply.result(in: source, limits: limits, within: limits.wallTime)
        } catch {
            await giveBack(worker, reusable: false)
            throw error
        }
    }

    private static func startError(_ failure: WorkerFailure) -> CodeError {
        if case .notStarted(let error) = failure.reason { return error }
        let said = String(decoding: failure.printed.prefix(500), as: UTF8.self)
        return CodeError(
            .startFailed, "Python could not be started for code: \(said.isEmpty ? "it gave no reason" : said)")
    }

    private func failure(_ failure: WorkerFailure, _ limit: Duration) -> any Error {
        if case .interrupted = failure.reason {
            if Task.isCancelled { return CancellationError() }
            if pool.isClosed { return WorkerPool.closedError }
        }
        return failure.error(within: limit, limits: limits)
    }

    // MARK: Children

    private func started(for source: CodeFunction, in surroundings: Surroundings) throws -> CodeWorker {
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

    private func surroundings() async throws -> Surroundings {
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
