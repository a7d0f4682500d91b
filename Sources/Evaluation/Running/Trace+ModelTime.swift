public import TraceGraph

extension Trace {
    /// Nanoseconds that model calls took, along the chain of nodes in which they took longest: calls inside a node, and
    /// of nodes made from one another, come one after the other; others run side by side.
    ///
    /// A cached reply counts with the time it took when it was given, so that a run scores the same whenever it is
    /// repeated. What else a run does takes another time on each occasion, and is left out.
    ///
    /// - Complexity: O(nodes + edges).
    public var modelTime: Int64 {
        guard !calls.isEmpty else { return 0 }
        var ends = [Int64](repeating: 0, count: nodes.count)
        for call in calls {
            ends[call.node.index] = ends[call.node.index].addingUp(call.duration)
        }
        for node in nodes {
            let before = node.inputs.reduce(0) { max($0, ends[$1.node.index]) }
            ends[node.id.index] = ends[node.id.index].addingUp(before)
        }
        return ends.max() ?? 0
    }
}
