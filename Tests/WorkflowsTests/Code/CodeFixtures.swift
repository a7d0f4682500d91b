import TraceGraph
import Testing
import Workflows

/// Calls of `f(x)` in a runtime that is closed afterwards.
struct PythonBench {
    let runtime: PythonRuntime

    @discardableResult
    static func run<Result>(
        limits: CodeLimits = CodeLimits(), children: Int? = nil, _ body: (PythonBench) async throws -> Result
    ) async throws -> Result {
        try await run(PythonRuntime(limits: limits, children: children), body)
    }

    @discardableResult
    static func run<Result>(
        _ runtime: PythonRuntime, _ body: (PythonBench) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body(PythonBench(runtime: runtime))
            await runtime.close()
            return result
        } catch {
            await runtime.close()
            throw error
        }
    }

    func function(
        _ source: String, entry: String = "f(x)", origin: CodeFunction.Origin = .model
    ) throws -> CodeFunction {
        CodeFunction(source: source, entry: try EntrySignature(entry), origin: origin)
    }

    func call(_ source: String, _ x: Value = nil, entry: String = "f(x)") async throws -> Value {
        try await runtime.call(function(source, entry: entry), arguments: ["x": x])
    }

    /// The error of a call that must fail with `code`; the next call of other code must work.
    @discardableResult
    func failure(
        _ code: CodeError.Code, _ source: String, _ x: Value = nil, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws -> CodeError {
        do {
            let value = try await call(source, x)
            Issue.record("expected \(code), got \(value)", sourceLocation: sourceLocation)
            throw CodeError(code, "no failure")
        } catch let error as CodeError {
            #expect(error.code == code, "\(error) \(error.printed)", sourceLocation: sourceLocation)
            let next = try await call("def f(x): return x + 1", 1)
            #expect(next == 2, sourceLocation: sourceLocation)
            return error
        }
    }

    /// The error of a check that must fail with `code`.
    @discardableResult
    func checkFailure(
        _ code: CodeError.Code, _ source: String, entry: String = "f(x)",
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws -> CodeError {
        do {
            try await runtime.check(function(source, entry: entry))
            Issue.record("expected \(code)", sourceLocation: sourceLocation)
            throw CodeError(code, "no failure")
        } catch let error as CodeError {
            #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
            return error
        }
    }
}
