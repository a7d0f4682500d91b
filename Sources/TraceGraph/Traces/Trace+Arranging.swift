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
        ranks.reserveCapacity(storage.count)
        for node in nodes {
            ranks.append(node.parents.reduce(rank(node)) { max($0, ranks[$1.index]) })
        }
        let order = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
        guard order != Array(ranks.indices) else { return self }
        var places = [NodeID](repeating: NodeID(0), count: order.count)
        for (place, old) in order.enumerated() { places[old] = NodeID(place) }
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
        var trace = Trace(
            storage: TraceStorage(storage.columns.arranged(in: order, places: places)),
            candidate: candidate, outcome: outcome, error: error, duration: duration,
            calls: calls.enumerated().sorted { ($0.element.node, $0.offset) < ($1.element.node, $1.offset) }.map(
                \.element),
            reused: Dictionary(
                reused.map { (places[$0.key.index], $0.value) }, uniquingKeysWith: { first, _ in first }),
            cached: Set(cached.map { places[$0.index] }))
        trace.versions = versions
        trace.feedback = feedback.map { Feedback(on: places[$0.output.index], $0.text, scores: $0.scores) }
        return trace
    }
}

extension NodeColumns {
    /// The same nodes in another order: `order` gives the old place of every node, `places` the new one.
    fileprivate func arranged(in order: [Int], places: [NodeID]) -> NodeColumns {
        var columns = NodeColumns()
        columns.names = names
        columns.signatures = signatures
        columns.argumentNames = argumentNames
        columns.operations = operations
        columns.scopes = scopes
        var ordinals = [UInt32](repeating: 0, count: names.count)
        for old in order {
            for edge in row(of: old) { columns.parents.append(UInt32(places[Int(parents[edge])].index)) }
            var record = records[old]
            record.ordinal = ordinals[Int(record.base)]
            ordinals[Int(record.base)] += 1
            record.inputsEnd = UInt32(columns.parents.count)
            columns.records.append(record)
            columns.values.append(values[old])
        }
        columns.parameters = Dictionary(
            parameters.map { (places[$0.key.index], $0.value) }, uniquingKeysWith: { first, _ in first })
        columns.hiddenInputs = hiddenInputs.map {
            HiddenInput(reader: $0.reader.map { places[$0.index] }, node: places[$0.node.index])
        }
        return columns
    }
}
