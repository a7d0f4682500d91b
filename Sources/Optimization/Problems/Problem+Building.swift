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
    /// - Throws: ``TraceError`` with code `foreignNode` when an observation names an output its trace does not have.
    /// - Complexity: O(nodes + edges of all subgraphs).
    public init(
        _ observations: [Observation], parameters: ParameterSpace, candidate: Candidate, instruction: String = ""
    ) throws(TraceError) {
        let usable = observations.filter { !$0.outputs.isEmpty }
        self = try ProblemBuilder(usable, parameters: parameters, candidate: candidate)
            .problem(instruction: instruction)
    }

    /// The problem that traces with feedback pose, which all ran with the values of their own candidate.
    public init(traces: [Trace], parameters: ParameterSpace, instruction: String = "") throws(TraceError) {
        try self.init(
            traces.map { Observation($0) }, parameters: parameters,
            candidate: traces.last?.candidate ?? parameters.seed, instruction: instruction)
    }
}
