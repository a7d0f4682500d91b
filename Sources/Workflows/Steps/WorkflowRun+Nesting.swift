import TraceGraph

extension WorkflowRun {
    /// Runs another workflow file as a part of this one.
    func nested(_ action: WorkflowAction, in step: WorkflowStep, _ known: Known) async throws -> Traced<Value> {
        var given: Known = [:]
        for input in action.inputs {
            let value = try value(of: input.value, base: input.name, known)
            given[input.name] = try fitting(value, to: input, of: action)
        }
        let inputs = given
        return try await scope(
            step.name, inputs: action.inputs.compactMap { inputs[$0.name]?.input(as: $0.name) },
            documentation: Self.sentence(step, "Runs another workflow.")
        ) {
            try await self.run(
                action.block, known.merging(inputs) { _, new in new }, base: step.base("result"))
        }
    }

    /// The value as the kind of input it is given as, with a node of its own where that is another value.
    private func fitting(
        _ value: Traced<Value>, to input: WorkflowAction.Given, of action: WorkflowAction
    ) throws -> Traced<Value> {
        guard !input.kind.accepts(value.value) else { return value }
        return try traced(
            "convert", node: input.name, inputs: [value.input(as: "value")],
            documentation: "Reads it as a \(input.kind.rawValue)."
        ) {
            guard let converted = input.kind.converted(value.value) else {
                throw WorkflowError(
                    .wrongInput,
                    "the input '\(input.name)' of \(action.path) is given a \(value.value.kindName), expected "
                        + input.kind.rawValue)
            }
            return converted
        }
    }
}
