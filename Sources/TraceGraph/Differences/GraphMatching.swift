/// Which nodes of two graphs stand for each other.
///
/// 1. Nodes of the same shape — the same operation on the same sorts of things, all the way up — are aligned shape by
///    shape, roots first, so that what a node reads is paired before the node itself. Among nodes of one shape those
///    that read paired nodes go together first; values and readers decide between them.
/// 2. What is left lies below a difference in structure. It is aligned as one sequence by what the nodes are called and
///    do, values first, so that the turns of a loop stay together.
/// 3. What is left and is alone in reading what it reads is the same step done by another operation.
///
/// A literal is paired with the literal that is the same argument of its reader's partner.
///
/// - Complexity: O((n + edges) log n).
struct GraphMatching {
    /// By place in the first graph: the place of the partner in the second, or -1.
    private(set) var seconds: [Int]
    /// By place in the second graph: the place of the partner in the first, or -1.
    private(set) var firsts: [Int]

    private let first: ComparedGraph
    private let second: ComparedGraph

    init(_ a: Trace, _ b: Trace) {
        var first = ComparedGraph(a)
        var second = ComparedGraph(b)
        let shared = first.sharedRootLabels.union(second.sharedRootLabels)
        first.markLiterals(except: shared)
        second.markLiterals(except: shared)
        self.first = first
        self.second = second
        seconds = Array(repeating: -1, count: first.count)
        firsts = Array(repeating: -1, count: second.count)

        pairShapes()
        pairSequences(labelled: first.labels, second.labels)
        for label in Self.looseLabels {
            guard hasLeftovers else { break }
            pairSequences(labelled: a.nodes.map(label), b.nodes.map(label))
        }
        pairReplacements(a, b)
        pairInputs()
    }

    /// The matching of a graph with itself.
    init(identityOf trace: Trace) {
        first = ComparedGraph(trace)
        second = first
        seconds = Array(0..<first.count)
        firsts = seconds
    }

    /// What a node is called and does wherever it stands; then what it is called alone.
    private static let looseLabels: [@Sendable (Node) -> Int] = [
        { ComparedGraph.hash(ComparedGraph.hash($0.operation == nil ? 1 : 2, $0.base), $0.operation?.name) },
        { ComparedGraph.hash(0, $0.base) },
    ]

    private mutating func pair(_ a: Int, _ b: Int) {
        seconds[a] = b
        firsts[b] = a
        for (mine, yours) in zip(first.edges(of: a), second.edges(of: b))
        where first.arguments[mine] == second.arguments[yours] {
            let (x, y) = (first.parents[mine], second.parents[yours])
            if first.isLiteral[x], second.isLiteral[y], seconds[x] < 0, firsts[y] < 0 { pair(x, y) }
        }
    }

    // MARK: Shapes

    private mutating func pairShapes() {
        var groups: [Int: Int] = [:]
        var members: [(first: [Int], second: [Int])] = []
        for node in 0..<first.count where !first.isLiteral[node] {
            let group = groups[first.shapes[node]] ?? members.count
            if group == members.count {
                groups[first.shapes[node]] = group
                members.append(([], []))
            }
            members[group].first.append(node)
        }
        for node in 0..<second.count where !second.isLiteral[node] {
            if let group = groups[second.shapes[node]] { members[group].second.append(node) }
        }
        // In order of first occurrence: whatever a shape is made from has been paired before it.
        for (mine, yours) in members where !yours.isEmpty {
            if mine.count == 1, yours.count == 1 {
                pair(mine[0], yours[0])
                continue
            }
            let keys = first.kinds[mine[0]].isMade ? Self.operationKeys : Self.rootKeys
            var alignment = Alignment(mine.count, yours.count)
            for aspects in keys {
                alignment.pair { key(of: mine[$0], in: first, aspects) { $0 } } _: {
                    key(of: yours[$0], in: second, aspects) { firsts[$0] }
                }
            }
            for (a, b) in alignment.pairs { pair(mine[a], yours[b]) }
        }
    }

    /// What has to be equal for two nodes of one shape to be paired.
    private struct KeyAspects: OptionSet {
        let rawValue: Int
        /// What it reads, literals aside.
        static let inputs = KeyAspects(rawValue: 1)
        static let literals = KeyAspects(rawValue: 2)
        static let value = KeyAspects(rawValue: 4)
        static let context = KeyAspects(rawValue: 8)
    }

    private static let operationKeys: [KeyAspects] = [
        [.inputs, .literals, .context, .value], [.inputs, .literals, .context], [.inputs, .literals, .value],
        [.inputs, .literals], [.inputs], [],
    ]
    private static let rootKeys: [KeyAspects] = [[.context, .value], [.value], [.context], []]

    /// - Parameter name: A node's name in terms of the first graph; negative when it has no partner there.
    private func key(
        of node: Int, in graph: ComparedGraph, _ aspects: KeyAspects, name: (Int) -> Int
    ) -> Int? {
        var key = aspects.contains(.value) ? graph.values[node] : 0
        if aspects.contains(.context) { key = ComparedGraph.hash(key, graph.contexts[node]) }
        guard aspects.contains(.inputs) else { return key }
        for edge in graph.edges(of: node) {
            let parent = graph.parents[edge]
            if graph.isLiteral[parent] {
                if aspects.contains(.literals) { key = ComparedGraph.hash(key, graph.values[parent]) }
            } else {
                let name = name(parent)
                guard name >= 0 else { return nil }
                key = ComparedGraph.hash(key, name)
            }
        }
        return key
    }

    // MARK: Sequences

    private var hasLeftovers: Bool {
        (0..<first.count).contains { seconds[$0] < 0 && !first.isLiteral[$0] }
            && (0..<second.count).contains { firsts[$0] < 0 && !second.isLiteral[$0] }
    }

    private func leftovers() -> (first: [Int], second: [Int]) {
        (
            (0..<first.count).filter { seconds[$0] < 0 && !first.isLiteral[$0] },
            (0..<second.count).filter { firsts[$0] < 0 && !second.isLiteral[$0] }
        )
    }

    /// Aligns what has no partner yet as two sequences, by labels that are given for all nodes.
    private mutating func pairSequences(labelled firstLabels: [Int], _ secondLabels: [Int]) {
        let (mine, yours) = leftovers()
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

    // MARK: Replacements

    /// Pairs operations that differ in name but read exactly the same, where no other unpaired operation does.
    private mutating func pairReplacements(_ a: Trace, _ b: Trace) {
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
        graph.edges(of: node).isEmpty ? nil : key(of: node, in: graph, [.inputs, .literals], name: name)
    }

    /// Pairs the inputs from outside whose readers have no partner. A constant goes with its reader.
    private mutating func pairInputs() {
        let mine = (0..<first.count).filter { seconds[$0] < 0 && first.isLiteral[$0] && first.kinds[$0] == .input }
        let yours = (0..<second.count).filter { firsts[$0] < 0 && second.isLiteral[$0] && second.kinds[$0] == .input }
        var alignment = Alignment(mine.count, yours.count)
        alignment.pair {
            ComparedGraph.hash(first.labels[mine[$0]], first.values[mine[$0]])
        } _: {
            ComparedGraph.hash(second.labels[yours[$0]], second.values[yours[$0]])
        }
        alignment.pair({ first.labels[mine[$0]] }, { second.labels[yours[$0]] })
        for (a, b) in alignment.pairs { pair(mine[a], yours[b]) }
    }
}

extension Node.Kind {
    /// Whether an operation made the node.
    var isMade: Bool { self == .operation || self == .failure }
}
