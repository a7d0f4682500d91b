public import TraceGraph

extension Trace {
    /// By scope, the node that a composite operation ended with; nil for one that was cut short.
    ///
    /// It was recorded around the scope, is called as the scope is, and reads something of the inside.
    ///
    /// - Complexity: O(nodes + edges).
    public var resultsOfScopes: [NodeID?] {
        var results = [NodeID?](repeating: nil, count: scopes.count)
        guard !scopes.isEmpty else { return results }
        for node in nodes where node.kind == .operation || node.kind == .failure {
            for parent in node.parents {
                guard let inner = self[parent].scope, inner != node.scope, results[inner] == nil,
                    scopes[inner].parent == node.scope, scopes[inner].name == node.operation?.name
                else { continue }
                results[inner] = node.id
            }
        }
        return results
    }
}
