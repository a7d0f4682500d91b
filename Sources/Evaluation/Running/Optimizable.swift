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

    /// Runs again from an earlier trace: what `intervention` and the candidate's values change, and what follows from that,
    /// runs; everything before it is answered by the trace, however that ended.
    ///
    /// A subject that records itself with ``TraceGraph/Trace/record(_:clock:isolation:_:)`` has this for nothing.
    ///
    /// - Parameters:
    ///   - candidate: The parameters' values, which need not be those of the trace.
    ///   - example: The example the trace is of.
    ///   - repetition: Which independent repeat what runs is.
    /// - Throws: ``TraceGraph/TraceError`` when the intervention does not fit the trace, or the subject cannot be run again
    ///   from the middle.
    func rerun(
        _ trace: Trace, _ candidate: Candidate, on example: Example, with intervention: Intervention, repetition: Int
    ) async throws(TraceError) -> Trace

    /// Why `value` cannot be run as the parameter, in one line; nil when it can.
    ///
    /// Asked after the definition's own checks have passed: the place for what only the workflow can tell, such as code
    /// that does not parse.
    func objection(to value: Value, for parameter: ParameterDefinition) async throws -> String?
}

extension Optimizable {
    public func rerun(
        _ trace: Trace, _ candidate: Candidate, on example: Example, with intervention: Intervention, repetition: Int
    ) async throws(TraceError) -> Trace {
        try await trace.rerunning(with: intervention) {
            await run(candidate, on: example, repetition: repetition)
        }
    }

    public func objection(to value: Value, for parameter: ParameterDefinition) async throws -> String? { nil }
}
