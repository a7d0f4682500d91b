/// The graph of a trace, shared by all copies of it.
final class TraceStorage: Sendable {
    let nodes: [NodeDraft]
    let levels: [Int]
    let operations: [Operation]
    let scopes: [Scope]
    let parameters: [NodeID: ParameterDefinition]

    /// - Precondition: The parts fit together; recorders see to that.
    init(
        nodes: [NodeDraft], operations: [Operation], scopes: [Scope], parameters: [NodeID: ParameterDefinition]
    ) {
        self.nodes = nodes
        self.operations = operations
        self.scopes = scopes
        self.parameters = parameters
        var levels: [Int] = []
        levels.reserveCapacity(nodes.count)
        for node in nodes {
            levels.append(node.inputs.reduce(0) { max($0, levels[$1.node.index] + 1) })
        }
        self.levels = levels
    }

    convenience init(
        checking nodes: [NodeDraft], operations: [Operation], scopes: [Scope], parameters: [NodeID: ParameterDefinition]
    ) throws(TraceError) {
        var names: Set<String> = []
        for (index, node) in nodes.enumerated() {
            let name = "\(node.base):\(node.ordinal)"
            guard names.insert(name).inserted else { throw TraceError(.malformed, "two nodes are called \(name)") }
            for input in node.inputs where !(0..<index).contains(input.node.index) {
                throw TraceError(.malformed, "input '\(input.name)' of \(name) does not come before it")
            }
            if let operation = node.operation, !operations.indices.contains(operation) {
                throw TraceError(.malformed, "\(name) names operation \(operation) of \(operations.count)")
            }
            if let scope = node.scope, !scopes.indices.contains(scope) {
                throw TraceError(.malformed, "\(name) names scope \(scope) of \(scopes.count)")
            }
        }
        for (index, scope) in scopes.enumerated() where scope.parent.map({ !(0..<index).contains($0) }) ?? false {
            throw TraceError(.malformed, "scope \(scope.name) does not come after the scope around it")
        }
        for node in parameters.keys where !nodes.indices.contains(node.index) {
            throw TraceError(.malformed, "parameter \(node) of \(nodes.count) nodes")
        }
        self.init(nodes: nodes, operations: operations, scopes: scopes, parameters: parameters)
    }
}
