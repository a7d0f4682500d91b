/// Which nodes of two graphs stand for each other.
///
/// 1. Nodes of the same shape — the same operation on the same sorts of things, all the way up — are aligned shape by
///    shape, roots first, so that what a node reads is paired before the node itself. Among nodes of one shape those
///    that read paired nodes go together first; values and readers decide between them. What is beyond doubt comes
///    before what is not, and whatever follows from a pair is paired with it.
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

    let first: ComparedGraph
    let second: ComparedGraph

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
        pairLeftovers(a, b)
    }

    /// The matching of a graph with itself.
    init(identityOf trace: Trace) {
        first = ComparedGraph(trace)
        second = first
        seconds = Array(0..<first.count)
        firsts = seconds
    }

    /// Pairs two nodes and the literals they read.
    mutating func pair(_ a: Int, _ b: Int) {
        seconds[a] = b
        firsts[b] = a
        for (mine, yours) in zip(first.edges(of: a), second.edges(of: b))
        where first.arguments[mine] == second.arguments[yours] {
            let (x, y) = (first.parents[mine], second.parents[yours])
            guard first.isLiteral[x], second.isLiteral[y], seconds[x] < 0, firsts[y] < 0 else { continue }
            seconds[x] = y
            firsts[y] = x
        }
    }

    /// What has to be equal for two nodes to have the same key.
    struct KeyAspects: OptionSet {
        let rawValue: Int
        /// What it reads, literals aside.
        static let inputs = KeyAspects(rawValue: 1)
        /// The values of the literals it reads that come from outside.
        static let givens = KeyAspects(rawValue: 2)
        /// The values of the literals it reads that stand in the program.
        static let constants = KeyAspects(rawValue: 4)
        static let value = KeyAspects(rawValue: 8)
        static let context = KeyAspects(rawValue: 16)
        static let surroundings = KeyAspects(rawValue: 32)
        /// What its readers read besides, as far as that is known.
        static let company = KeyAspects(rawValue: 64)
    }

    /// A key for a node of the first graph; nil when inputs count and it reads something that has no partner.
    func keyInFirst(_ node: Int, _ aspects: KeyAspects) -> Int? {
        key(of: node, in: first, aspects) { seconds[$0] < 0 ? -1 : $0 }
    }

    /// A key for a node of the second graph that equals one of the first graph exactly where the aspects are equal.
    func keyInSecond(_ node: Int, _ aspects: KeyAspects) -> Int? {
        key(of: node, in: second, aspects) { firsts[$0] }
    }

    /// - Parameter name: A node's name in terms of the first graph; negative when it has no partner.
    func key(of node: Int, in graph: ComparedGraph, _ aspects: KeyAspects, name: (Int) -> Int) -> Int? {
        var key = aspects.contains(.value) ? graph.values[node] : 0
        if aspects.contains(.context) { key = ComparedGraph.hash(key, graph.contexts[node]) }
        if aspects.contains(.surroundings) { key = ComparedGraph.hash(key, graph.surroundings[node]) }
        if aspects.contains(.company) { key = ComparedGraph.hash(key, company(of: node, in: graph, name: name)) }
        guard aspects.contains(.inputs) else { return key }
        for edge in graph.edges(of: node) {
            let parent = graph.parents[edge]
            if graph.isLiteral[parent] {
                if aspects.contains(graph.kinds[parent] == .input ? .givens : .constants) {
                    key = ComparedGraph.hash(key, graph.values[parent])
                }
            } else {
                let name = name(parent)
                guard name >= 0 else { return nil }
                key = ComparedGraph.hash(key, name)
            }
        }
        return key
    }

    /// Only few readers of few things are looked at: what is read everywhere, or gathered from everywhere, tells nothing.
    private func company(of node: Int, in graph: ComparedGraph, name: (Int) -> Int) -> Int {
        let outgoing = graph.outgoing(from: node)
        guard outgoing.count <= 8 else { return 0 }
        var sum = 0
        for edge in outgoing {
            let inputs = graph.edges(of: graph.readers[edge])
            guard inputs.count <= 8 else { continue }
            var key = ComparedGraph.hash(graph.arguments[edge], graph.shapes[graph.readers[edge]])
            for input in inputs { key = ComparedGraph.hash(key, max(-1, name(graph.parents[input]))) }
            sum &+= key
        }
        return sum
    }
}
