public import Evaluation
import TraceGraph

/// A metric whose score a function of the workflow's author computes.
///
/// The function is given what its parameters name: `output`, fields of the example. It returns a number, or an object
/// with `score` and, if it likes, `feedback`.
public struct CodeMetric: Metric {
    public let name: String
    public let function: CodeFunction
    private let runtime: any CodeRuntime
    private let origin: @Sendable (MetricSubject) -> CodeFunction.Origin
    /// Makes the call, which is given with what it is made on; see ``Workflow/metrics()``.
    private let making: Making

    typealias Making = @Sendable (MetricSubject, Fields, @Sendable () async throws -> Value) async throws -> Value

    /// - Parameter origin: Whose code a call on this subject may end up running; nil for the function's own origin.
    public init(
        _ function: CodeFunction, name: String, runtime: any CodeRuntime,
        origin: (@Sendable (MetricSubject) -> CodeFunction.Origin)? = nil
    ) {
        self.init(
            function, name: name, runtime: runtime, making: { _, _, call in try await call() },
            origin: origin ?? { _ in function.origin })
    }

    init(
        _ function: CodeFunction, name: String, runtime: any CodeRuntime, making: @escaping Making,
        origin: @escaping @Sendable (MetricSubject) -> CodeFunction.Origin
    ) {
        self.name = name
        self.function = function
        self.runtime = runtime
        self.making = making
        self.origin = origin
    }

    public var direction: MetricDirection { .maximize }

    /// - Throws: ``MetricError`` with code `missingField` when the example lacks something the function wants; ``CodeError``
    ///   when the function fails; ``CodeError/Code/badResult`` when its result is no score.
    public func score(_ subject: MetricSubject) async throws -> Score {
        guard let output = subject.output else {
            return Score(worst ?? 0, feedback: "The workflow failed: \(subject.failure ?? "")")
        }
        var arguments = Fields()
        for parameter in function.entry.parameters {
            if let value = parameter.name == "output" ? output : subject.example.fields[parameter.name] {
                arguments[parameter.name] = value
            } else if parameter.defaultValue == nil {
                throw MetricError(
                    .missingField,
                    "the example has no field '\(parameter.name)', which \(function.entry.name) wants", metric: name,
                    example: subject.example.id)
            }
        }
        var function = function
        function.origin = origin(subject)
        let result = try await making(subject, arguments) { [function, arguments] in
            try await runtime.call(function, arguments: arguments)
        }
        if let flag = result.flag { return Score(flag ? 1 : 0) }
        let number = result.number ?? result["score"]?.number ?? result["score"]?.flag.map { $0 ? 1 : 0 }
        guard let number, number.isFinite else {
            throw CodeError(
                .badResult,
                "\(function.entry.name) returned a \(result.kindName); expected a number, or an object with 'score'")
        }
        return Score(number, feedback: result["feedback"]?.plainText ?? "")
    }
}
