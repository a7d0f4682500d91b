/// The growing tables of a recording.
struct Arena {
    private(set) var nodes: [NodeDraft] = []
    private(set) var operations: [Operation] = []
    private var operationPlaces: [Operation: Int] = [:]
    private var ordinals: [String: Int] = [:]
    var scopes: [Scope] = []
    var calls: [ModelCall] = []
    var parameters: [NodeID: ParameterDefinition] = [:]
    var parameterNodes: [String: NodeID] = [:]
    var lastFailure: NodeID?
    var defect: String?

    mutating func append(
        base: String, kind: Node.Kind, operation: Int?, inputs: [Node.Input], value: Value, scope: Int?,
        start: Int64, end: Int64, in recording: Recording
    ) -> NodeReference {
        let ordinal = ordinals[base, default: 0]
        ordinals[base] = ordinal + 1
        nodes.append(
            NodeDraft(
                base: base, ordinal: ordinal, kind: kind, operation: operation, inputs: inputs, value: value,
                scope: scope, start: start, duration: end - start))
        return NodeReference(recording: recording, node: NodeID(nodes.count - 1))
    }

    mutating func place(of operation: Operation) -> Int {
        if let place = operationPlaces[operation] { return place }
        operations.append(operation)
        operationPlaces[operation] = operations.count - 1
        return operations.count - 1
    }

    /// The inputs as edges. What was not recorded here, a literal or a value from elsewhere, becomes a constant root.
    mutating func nodes(
        for inputs: [TracedInput], scope: Int?, at time: Int64, in recording: Recording
    ) -> [Node.Input] {
        inputs.enumerated().map { index, input in
            let node: NodeID
            if let reference = input.reference, reference.recording === recording {
                node = reference.node
            } else {
                node =
                    append(
                        base: input.base ?? input.name ?? "constant", kind: .constant, operation: nil, inputs: [],
                        value: input.value(), scope: scope, start: time, end: time, in: recording
                    ).node
            }
            return Node.Input(name: input.name ?? argumentName(of: node, at: index, among: inputs), node: node)
        }
    }

    private func argumentName(of node: NodeID, at index: Int, among inputs: [TracedInput]) -> String {
        inputs.count == 1 ? nodes[node.index].base : "\(nodes[node.index].base)\(index)"
    }

    /// The last recorded failure that says so; others may have been recorded since by what ran beside it.
    func failure(name: String, message: String) -> NodeID? {
        guard lastFailure != nil else { return nil }
        let line = FailureText.line(name: name, message: message)
        return nodes.lastIndex { node in
            guard node.kind == .failure, case .text(let text) = node.value else { return false }
            return text.hasPrefix(line)
        }.map(NodeID.init)
    }
}
