public import TraceGraph

extension Problem {
    /// The problem that several executions pose.
    ///
    /// Executions that were cancelled before they had an output or feedback are left out.
    ///
    /// - Parameters:
    ///   - parameters: What may be changed; other parameters of the traces are inputs like any other.
    ///   - candidate: The values the variables are shown with.
    ///   - instruction: What is asked of the optimizer.
    ///   - scopes: Whether composite operations are shown with what is inside them.
    /// - Throws: ``TraceError`` with code `foreignNode` when an observation names an output its trace does not have.
    /// - Complexity: O(nodes + edges of all subgraphs).
    public init(
        _ observations: [Observation], parameters: ParameterSpace, candidate: Candidate, instruction: String = "",
        scopes: Scopes = .opened
    ) throws(TraceError) {
        let usable = observations.filter { !$0.outputs.isEmpty }
        self = try ProblemBuilder(usable, parameters: parameters, candidate: candidate, scopes: scopes)
            .problem(instruction: instruction)
    }

    /// The problem that traces with feedback pose.
    ///
    /// The variables are shown with the values the last trace ran with; runs in which one held another value say so.
    public init(
        traces: [Trace], parameters: ParameterSpace, instruction: String = "", scopes: Scopes = .opened
    ) throws(TraceError) {
        try self.init(
            traces.map { Observation($0) }, parameters: parameters,
            candidate: traces.last?.candidate ?? parameters.seed, instruction: instruction,
            scopes: scopes)
    }
}
