public import TraceGraph

/// What runs an execution again from one of its nodes, for the page's "change this value and replay from here".
public protocol ReplayService: Sendable {
    /// Runs trace number `trace` again with `value` in place of the value of `node`, and keeps the new trace.
    ///
    /// - Returns: The number of the new trace.
    /// - Throws: An error whose description says what to do.
    func replay(trace: Int, node: NodeID, value: Value) async throws -> Int
}

/// What running again from a node is going to take: all that was made from it, as it was the first time.
public struct ReplayEstimate: Sendable, Hashable {
    /// Operations that run again.
    public let operations: Int
    public let usage: Usage
    /// Nanoseconds, one after the other.
    public let duration: Int64

    /// - Complexity: O(nodes + edges).
    public init(_ trace: Trace, from node: NodeID) {
        var follows = [Bool](repeating: false, count: trace.nodes.count)
        follows[node.index] = true
        var (operations, duration) = (0, Int64(0))
        let composites = Set(trace.scopes.map(\.name))
        for other in trace.nodes where other.id > node {
            guard other.parents.contains(where: { follows[$0.index] }) else { continue }
            follows[other.id.index] = true
            operations += 1
            // The inside of a composite operation is counted by itself.
            if !composites.contains(other.operation?.name ?? "") {
                duration = duration.addingUp(other.duration)
            }
        }
        self.operations = operations
        self.duration = duration
        usage = trace.calls.filter { $0.node != node && follows[$0.node.index] }.reduce(.none) { $0 + $1.usage }
    }
}
