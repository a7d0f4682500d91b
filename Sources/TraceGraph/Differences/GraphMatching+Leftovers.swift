extension GraphMatching {
    /// Pairs what lies below a difference in structure.
    mutating func pairLeftovers(_ a: Trace, _ b: Trace) {
        pairSequences(labelled: first.labels, second.labels)
        for label in Self.looseLabels {
            let (mine, yours) = leftovers()
            guard !mine.isEmpty, !yours.isEmpty else { break }
            pairSequences(labelled: a.nodes.map(label), b.nodes.map(label))
        }
        pairReplacements()
        pairInputs()
    }

    /// What a node is called and does wherever it stands; then what it is called alone.
    private static let looseLabels: [@Sendable (Node) -> Int] = [
        { ComparedGraph.hash(ComparedGraph.hash($0.operation == nil ? 1 : 2, $0.base), $0.operation?.name) },
        { ComparedGraph.hash(0, $0.base) },
    ]

    private func leftovers() -> (first: [Int], second: [Int]) {
        (
            (0..<first.count).filter { seconds[$0] < 0 && !first.isLiteral[$0] },
            (0..<second.count).filter { firsts[$0] < 0 && !second.isLiteral[$0] }
        )
    }

    /// Aligns what has no partner yet as two sequences, by labels that are given for all nodes.
    private mutating func pairSequences(labelled firstLabels: [Int], _ secondLabels: [Int]) {
        let (mine, yours) = leftovers()
        align(mine, yours, firstLabels, secondLabels)
    }

    private mutating func align(_ mine: [Int], _ yours: [Int], _ firstLabels: [Int], _ secondLabels: [Int]) {
        guard !mine.isEmpty, !yours.isEmpty else { return }
        var alignment = Alignment(mine.count, yours.count)
        alignment.pair {
            ComparedGraph.hash(firstLabels[mine[$0]], first.values[mine[$0]])
        } _: {
            ComparedGraph.hash(secondLabels[yours[$0]], second.values[yours[$0]])
        }
        alignment.pair({ firstLabels[mine[$0]] }, { secondLabels[yours[$0]] })
        for (a, b) in alignment.pairs { pair(mine[a], yours[b]) }
    }

    /// Pairs operations that differ in name but read exactly the same, where no other unpaired operation does.
    private mutating func pairReplacements() {
        let (mine, yours) = leftovers()
        guard !mine.isEmpty, !yours.isEmpty else { return }
        let firstReadings = mine.map { reading(of: $0, in: first) { $0 } }
        let secondReadings = yours.map { reading(of: $0, in: second) { $0 } }
        let firstCounts = Self.counts(firstReadings)
        let secondCounts = Self.counts(secondReadings)
        var places: [Int: Int] = [:]
        for (reading, node) in zip(firstReadings, mine) {
            if let reading, firstCounts[reading] == 1 { places[reading] = node }
        }
        for (own, node) in zip(secondReadings, yours) {
            guard let own, secondCounts[own] == 1,
                let translated = reading(of: node, in: second, name: { firsts[$0] }), let partner = places[translated],
                seconds[partner] < 0
            else { continue }
            pair(partner, node)
        }
    }

    private static func counts(_ readings: [Int?]) -> [Int: Int] {
        var counts: [Int: Int] = [:]
        for case let reading? in readings { counts[reading, default: 0] += 1 }
        return counts
    }

    /// A key for what `node` reads, argument names aside; nil for roots and for what reads something without a partner.
    private func reading(of node: Int, in graph: ComparedGraph, name: (Int) -> Int) -> Int? {
        graph.edges(of: node).isEmpty ? nil : key(of: node, in: graph, [.inputs, .givens, .constants], name: name)
    }

    /// Pairs the inputs from outside whose readers have no partner. A constant goes with its reader.
    private mutating func pairInputs() {
        let mine = (0..<first.count).filter { seconds[$0] < 0 && first.isLiteral[$0] && first.kinds[$0] == .input }
        let yours = (0..<second.count).filter { firsts[$0] < 0 && second.isLiteral[$0] && second.kinds[$0] == .input }
        align(mine, yours, first.labels, second.labels)
    }
}
