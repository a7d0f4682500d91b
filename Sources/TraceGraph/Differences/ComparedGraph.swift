/// One of two traces that are compared, as flat tables of numbers.
///
/// Labels, values, shapes, contexts and surroundings are hashes: equal things have equal numbers within one process. Two different
/// things with the same number, one chance in 2^64, could at worst be paired less well: what is reported as changed or
/// unchanged is compared itself.
struct ComparedGraph {
    let count: Int
    /// What a node is called, which operation makes it, and within which composite operations.
    private(set) var labels: [Int] = []
    private(set) var values: [Int] = []
    /// What a node is and what it was made from, all the way up, values aside.
    private(set) var shapes: [Int] = []
    /// What is made from a node, all the way down, values aside.
    private(set) var contexts: [Int]
    /// The same, and what else it is made from.
    private(set) var surroundings: [Int]
    /// Roots whose only place is as an argument of one operation: they are told apart by that place.
    private(set) var isLiteral: [Bool]
    private(set) var kinds: [Node.Kind] = []

    private var starts: [Int] = [0]
    private(set) var parents: [Int] = []
    private(set) var arguments: [Int] = []
    /// Which operation an edge leads to.
    private(set) var readers: [Int] = []
    private var readerStarts: [Int] = []
    private var readerEdges: [Int] = []
    private let result: Int?

    init(_ trace: Trace) {
        let nodes = trace.nodes
        count = nodes.count
        contexts = Array(repeating: 0, count: count)
        surroundings = contexts
        isLiteral = Array(repeating: false, count: count)
        result = trace.result?.id.index
        labels.reserveCapacity(count)
        values.reserveCapacity(count)
        shapes.reserveCapacity(count)
        kinds.reserveCapacity(count)
        starts.reserveCapacity(count + 1)

        var scopes: [Int] = []
        for scope in trace.scopes { scopes.append(Self.hash(scope.parent.map { scopes[$0] } ?? 0, scope.name)) }
        let operations = trace.operations.map { Self.hash(0, $0.name) }
        for node in nodes {
            var hasher = Hasher()
            hasher.combine(node.kind == .failure ? .operation : node.kind)
            hasher.combine(node.base)
            hasher.combine(node.operationIndex.map { operations[$0] })
            hasher.combine(node.scope.map { scopes[$0] })
            let label = hasher.finalize()
            labels.append(label)
            values.append(Self.hash(0, node.value))
            kinds.append(node.kind)
            var shape = label
            for input in node.inputs {
                let argument = Self.hash(0, input.name)
                parents.append(input.node.index)
                arguments.append(argument)
                readers.append(node.id.index)
                shape = Self.hash(shape, argument, shapes[input.node.index])
            }
            shapes.append(shape)
            starts.append(parents.count)
        }
        countReaders()
        // The readers of a node come after it, and in any order: their sum does not depend on it.
        if let result {
            contexts[result] = 1
            surroundings[result] = 1
        }
        for node in labels.indices.reversed() {
            for edge in edges(of: node) {
                contexts[parents[edge]] &+= Self.hash(arguments[edge], labels[node], contexts[node])
                surroundings[parents[edge]] &+= Self.hash(arguments[edge], shapes[node], surroundings[node])
            }
        }
    }

    /// Where ``parents`` and ``arguments`` have the inputs of `node`.
    func edges(of node: Int) -> Range<Int> { starts[node]..<starts[node + 1] }

    /// The edges by which `node` is read, in execution order.
    func outgoing(from node: Int) -> ArraySlice<Int> { readerEdges[readerStarts[node]..<readerStarts[node + 1]] }

    private mutating func countReaders() {
        readerStarts = Array(repeating: 0, count: count + 1)
        for parent in parents { readerStarts[parent + 1] += 1 }
        for node in 0..<count { readerStarts[node + 1] += readerStarts[node] }
        var ends = readerStarts
        readerEdges = Array(repeating: 0, count: parents.count)
        for (edge, parent) in parents.enumerated() {
            readerEdges[ends[parent]] = edge
            ends[parent] += 1
        }
    }

    /// The labels of roots that are read in several places, or nowhere.
    var sharedRootLabels: Set<Int> {
        var shared: Set<Int> = []
        for node in kinds.indices where isRoot(node) && (outgoing(from: node).count != 1 || node == result) {
            shared.insert(labels[node])
        }
        return shared
    }

    /// Takes all roots for literals whose label is not among `shared`.
    ///
    /// Decided for both graphs together: a root is not told apart by its place in one and by its value in the other.
    mutating func markLiterals(except shared: Set<Int>) {
        for node in kinds.indices where isRoot(node) && !shared.contains(labels[node]) { isLiteral[node] = true }
    }

    private func isRoot(_ node: Int) -> Bool { kinds[node] == .input || kinds[node] == .constant }

    static func hash(_ seed: Int, _ part: some Hashable) -> Int {
        var hasher = Hasher()
        hasher.combine(seed)
        hasher.combine(part)
        return hasher.finalize()
    }

    static func hash(_ a: Int, _ b: Int, _ c: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(a)
        hasher.combine(b)
        hasher.combine(c)
        return hasher.finalize()
    }
}
