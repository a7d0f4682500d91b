import TraceGraph

/// Writes what a program reported of a run into the recording of the calling task.
struct ProgramRecord {
    /// The inputs the program was given, by name.
    let inputs: [String: Traced<Value>]
    /// The parameters the workflow file lists, by name.
    let parameters: [String: ParameterDefinition]
    /// The model calls that were answered, by the program's number.
    let calls: [Int: ModelCall]
    /// When the program was given the run, in nanoseconds since the recording began.
    let start: Int64

    /// The nodes of `report`, in its order.
    ///
    /// - Parameter scope: The composite operation that stands for the whole program; nil when there is none.
    func write(_ report: ProgramReport, to intake: NodeIntake, inside scope: Int?) -> [NodeID] {
        var scopes: [Int] = []
        for opened in report.scopes {
            scopes.append(intake.open(opened.name, inside: opened.parent.map { scopes[$0] } ?? scope))
        }
        var nodes: [NodeID] = []
        for node in report.nodes {
            let place = node.scope.map { scopes[$0] } ?? scope
            nodes.append(write(node, to: intake, inside: place, after: nodes))
        }
        return nodes
    }

    private func write(
        _ node: ProgramNode, to intake: NodeIntake, inside scope: Int?, after nodes: [NodeID]
    ) -> NodeID {
        switch node.kind {
        case .input:
            if let given = inputs[node.name] { return intake.node(of: given) }
            return intake.root(node.value, isInput: true, base: node.name, scope: scope)
        case .parameter:
            if let definition = parameters[node.name] { return intake.parameter(definition) }
            // One that the workflow file leaves alone.
            return intake.root(node.value, isInput: false, base: node.name, scope: scope)
        case .constant:
            return intake.root(node.value, isInput: false, base: node.name, scope: scope)
        case .operation, .failure:
            return intake.operation(
                node.operation, base: node.name,
                inputs: node.inputs.map { Node.Input(name: $0.name, node: nodes[$0.number]) }, value: node.value,
                isFailure: node.kind == .failure, scope: scope, start: start + node.start, duration: node.duration,
                calls: node.calls.compactMap { calls[$0] })
        }
    }
}
