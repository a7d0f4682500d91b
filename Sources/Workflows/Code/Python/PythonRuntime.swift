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

    let interpreterName: String
    let environment: [String: String]
    let limits: CodeLimits
    let allowsUnsandboxed: Bool
    let probe: @Sendable () async throws -> Sandbox
    let logger: Logger
    let surroundings = Mutex<Task<Surroundings, any Error>?>(nil)
    let hasWarned = Mutex(false)
    let pool: WorkerPool

    /// What is found out once, with the first call.
    struct Surroundings: Sendable {
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

    public func identity() async throws -> String {
        let interpreter = try await surroundings().interpreter
        return "\(interpreter.path) \(interpreter.version)"
    }

    public func admit(_ origin: CodeFunction.Origin) async throws {
        _ = try await surroundings(for: origin)
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
}
