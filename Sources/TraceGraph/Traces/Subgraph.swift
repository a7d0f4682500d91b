/// The minimal part of a trace that explains some of its outputs in terms of its parameters.
public struct Subgraph: Sendable, Hashable {
    /// The parameters and everything computed from them on the way to the outputs, in execution order.
    public let nodes: [NodeID]
    /// What those operations read besides, as plain values, in execution order: not followed any further.
    public let blankets: [NodeID]

    /// Both, in execution order.
    public var all: [NodeID] { (nodes + blankets).sorted() }

    public var isEmpty: Bool { nodes.isEmpty }
}

extension Trace {
    /// The minimal part of the trace that explains `outputs` in terms of the parameters.
    ///
    /// Keeps every operation that lies between a parameter and an output, and the values those operations read from
    /// outside as roots (Cheng et al. 2024, section 3.2). A branch without a parameter above it is cut where it joins.
    ///
    /// - Parameters:
    ///   - outputs: Nodes of this trace; order does not matter.
    ///   - parameters: The parameters of interest; by default all that the trace read.
    /// - Returns: Nodes in execution order; empty when no parameter reaches any output.
    /// - Throws: ``TraceError`` with code `foreignNode` when a node belongs to another trace.
    /// - Complexity: O(nodes + edges).
    public func subgraph(from outputs: [NodeID], to parameters: [NodeID]? = nil) throws(TraceError) -> Subgraph {
        for output in outputs { try check(output) }
        let roots = parameters ?? self.parameters
        for root in roots { try check(root) }
        guard let last = outputs.max()?.index else { return Subgraph(nodes: [], blankets: []) }

        var descends = [Bool](repeating: false, count: last + 1)
        for root in roots where root.index <= last { descends[root.index] = true }
        var leads = [Bool](repeating: false, count: last + 1)
        for output in outputs { leads[output.index] = true }
        for index in 0...last where !descends[index] {
            descends[index] = storage.nodes[index].inputs.contains { descends[$0.node.index] }
        }
        var isBlanket = [Bool](repeating: false, count: last + 1)
        for index in stride(from: last, through: 0, by: -1) where leads[index] && descends[index] {
            for input in storage.nodes[index].inputs {
                if descends[input.node.index] {
                    leads[input.node.index] = true
                } else {
                    isBlanket[input.node.index] = true
                }
            }
        }
        return Subgraph(
            nodes: (0...last).filter { leads[$0] && descends[$0] }.map(NodeID.init),
            blankets: (0...last).filter { isBlanket[$0] }.map(NodeID.init))
    }
}
