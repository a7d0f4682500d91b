public import TraceGraph

/// Something with parameters that can be run on examples.
public protocol Optimizable: Sendable {
    /// What may be changed.
    var parameters: ParameterSpace { get }

    /// Runs `candidate` on `example` and records it.
    ///
    /// What goes wrong inside is a failed trace, not an error.
    ///
    /// - Parameter repetition: Which independent repeat this is; model calls of different repeats are asked separately.
    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace

    /// Why `value` cannot be run as the parameter, in one line; nil when it can.
    ///
    /// Asked after the definition's own checks have passed: the place for what only the workflow can tell, such as code
    /// that does not parse.
    func objection(to value: Value, for parameter: ParameterDefinition) async throws -> String?
}

extension Optimizable {
    public func objection(to value: Value, for parameter: ParameterDefinition) async throws -> String? { nil }
}
