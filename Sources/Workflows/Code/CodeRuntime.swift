public import TraceGraph

/// Runs functions of one language.
///
/// The code it is given may be wrong or hostile: whatever it does must end as a result or as a ``CodeError``, and leave
/// neither processes behind nor anything another source could see.
public protocol CodeRuntime: Sendable {
    /// The language, as workflow files name it.
    var language: String { get }

    /// Who runs the code, in which version: another one may give another result for the same code.
    ///
    /// - Throws: ``CodeError`` when no code can run here.
    func identity() async throws -> String

    /// Finds out whether code of `origin` may run here at all, before there is any.
    ///
    /// - Throws: ``CodeError`` with ``CodeError/Code/noSandbox`` when it may not, other codes when no code can run.
    func admit(_ origin: CodeFunction.Origin) async throws

    /// Finds out, without running it, whether the source parses and defines its entry point with parameters that fit.
    ///
    /// - Throws: ``CodeError`` with ``CodeError/Code/syntax``, ``CodeError/Code/missingEntry`` or
    ///   ``CodeError/Code/wrongParameters`` for what is wrong with the source; other codes when it could not be checked.
    func check(_ function: CodeFunction) async throws

    /// Calls the entry point with `arguments` by name.
    ///
    /// - Parameter limit: Wall-clock time of this call; nil for the runtime's own.
    /// - Throws: ``CodeError`` for whatever the code or its child did; `CancellationError` when the task was cancelled,
    ///   after the call was killed.
    func run(_ function: CodeFunction, arguments: Fields, within limit: Duration?) async throws -> CodeReply

    /// Ends all children and waits until they are gone. Calls under way fail with ``CodeError/Code/closed``.
    func close() async
}

extension CodeRuntime {
    /// The result of calling the entry point with `arguments` by name; see ``run(_:arguments:within:)``.
    public func call(
        _ function: CodeFunction, arguments: Fields, within limit: Duration? = nil
    ) async throws -> Value {
        try await run(function, arguments: arguments, within: limit).value
    }
}

/// What a call gave back.
public struct CodeReply: Sendable, Hashable {
    /// The result of the entry point.
    public let value: Value
    /// What the code printed, to its output and its error output, up to ``CodeLimits/keptOutputBytes``.
    public let printed: String

    public init(value: Value, printed: String = "") {
        self.value = value
        self.printed = printed
    }
}
