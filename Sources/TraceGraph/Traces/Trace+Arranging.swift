extension Trace {
    /// The same trace with its nodes in the order of `rank`, as far as every node still comes after its inputs.
    ///
    /// Operations that run side by side are recorded in the order they happen to end. Arranged by what they are, traces
    /// of the same execution come out the same, and so do the names of nodes with a common base.
    ///
    /// - Parameter rank: Where a node belongs; nodes of equal rank keep their order.
    /// - Complexity: O(n log n + edges).
    public func arranged(by rank: (Node) -> Int) -> Trace {
        var ranks: [Int] = []
        ranks.reserveCapacity(storage.nodes.count)
        for node in nodes {
            ranks.append(node.inputs.reduce(rank(node)) { max($0, ranks[$1.node.index]) })
        }
        let order = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
        guard order != Array(ranks.indices) else { return self }
        var places = [NodeID](repeating: NodeID(0), count: order.count)
        for (place, old) in order.enumerated() { places[old] = NodeID(place) }

        var ordinals: [String: Int] = [:]
        let drafts = order.map { old in
            var draft = storage.nodes[old]
            draft.ordinal = ordinals[draft.base, default: 0]
            ordinals[draft.base] = draft.ordinal + 1
            draft.inputs = draft.inputs.map { Node.Input(name: $0.name, node: places[$0.node.index]) }
            return draft
        }
        let outcome: Outcome
        switch self.outcome {
        case .completed(let node): outcome = .completed(places[node.index])
        case .failed(let node): outcome = .failed(places[node.index])
        case .cancelled: outcome = .cancelled
        }
        let calls = calls.map { call in
            var call = call
            call.node = places[call.node.index]
            return call
        }
        let parameters = Dictionary(
            uniqueKeysWithValues: storage.parameters.map { (places[$0.key.index], $0.value) })
        var trace = Trace(
            storage: TraceStorage(
                nodes: drafts, operations: storage.operations, scopes: storage.scopes, parameters: parameters),
            candidate: candidate, outcome: outcome, error: error, duration: duration,
            calls: calls.enumerated().sorted { ($0.element.node, $0.offset) < ($1.element.node, $1.offset) }.map(
                \.element))
        trace.feedback = feedback.map { Feedback(on: places[$0.output.index], $0.text, scores: $0.scores) }
        return trace
    }
}
