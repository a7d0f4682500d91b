import TraceGraph

/// Tells which nodes of one or several traces have the same shape: the same operation under the same name, reading the
/// same sorts of things under the same argument names.
///
/// The sort of an input is shallow (which operation made it, or which root it is), so that the turns of a loop have one
/// shape although each lies deeper in the graph than the one before.
struct ShapeTable {
    /// The number of a shape, in order of first occurrence.
    typealias Shape = Int

    /// From how many occurrences within one trace a shape is one line.
    static let foldsFrom = 3

    /// What the shapes look like.
    private(set) var bases: [String] = []
    private(set) var isOperation: [Bool] = []
    /// The most occurrences within one trace.
    private(set) var mostRepeats: [Int] = []

    private var shapes: [[Int]: Shape] = [:]
    private var words: [String: Int] = [:]
    private var stems: [String: Int] = [:]
    private var sorts: [Sort: Int] = [:]

    /// What an input is, seen from the operation that reads it.
    private enum Sort: Hashable {
        case variable(Int)
        case root(Int)
        case result(operation: Int, base: Int)
    }

    /// The shapes of the nodes of one trace's subgraph.
    struct Reading {
        /// By node index; -1 for nodes outside the subgraph and for variables.
        var shapes: [Shape]
        /// By node index: the how manieth of its shape a node is in its trace, from 0.
        var places: [Int]
        /// How often each shape occurs in the trace.
        var repeats: [Shape: Int]
        /// The shapes in order of first occurrence.
        var order: [Shape]
    }

    /// Reads one trace.
    ///
    /// - Complexity: O(nodes up to the last output + edges of the subgraph).
    mutating func read(_ trace: Trace, _ graph: Subgraph, variables: Set<NodeID>) -> Reading {
        let all = graph.all
        let count = (all.last?.index ?? -1) + 1
        var reading = Reading(
            shapes: Array(repeating: -1, count: count), places: Array(repeating: 0, count: count), repeats: [:],
            order: [])
        var sorts = [Int](repeating: -1, count: count)
        var consumers = [[Int]?](repeating: nil, count: count)
        let isBlanket = Set(graph.blankets)

        for id in all {
            let node = trace[id]
            if let parameter = node.parameter, variables.contains(id) {
                sorts[id.index] = number(of: .variable(word(parameter.name)))
            } else if let operation = node.operation, !isBlanket.contains(id) {
                let name = word(operation.name)
                let base = word(node.base)
                sorts[id.index] = number(of: .result(operation: name, base: base))
                var key = [name, base]
                for input in node.inputs {
                    let stem = self.stem(input.name)
                    let sort = sorts[input.node.index]
                    if key.count >= 4, key[key.count - 2] == stem, key[key.count - 1] == sort { continue }
                    key.append(stem)
                    key.append(sort)
                }
                let shape = shape(of: key, base: node.base, isOperation: true)
                note(shape, at: id, in: &reading)
                for input in node.inputs where consumers[input.node.index] == nil {
                    consumers[input.node.index] = [shape, self.stem(input.name)]
                }
            } else {
                sorts[id.index] = number(of: .root(word(node.base)))
            }
        }
        for id in all where reading.shapes[id.index] < 0 && !variables.contains(id) {
            let key = [-1, word(trace[id].base)] + (consumers[id.index] ?? [])
            note(shape(of: key, base: trace[id].base, isOperation: false), at: id, in: &reading)
        }
        for (shape, repeats) in reading.repeats { mostRepeats[shape] = max(mostRepeats[shape], repeats) }
        return reading
    }

    /// Whether all occurrences of `shape` in a trace are one line.
    func isFolded(_ shape: Shape) -> Bool { mostRepeats[shape] >= Self.foldsFrom }

    private mutating func note(_ shape: Shape, at id: NodeID, in reading: inout Reading) {
        reading.shapes[id.index] = shape
        let place = reading.repeats[shape, default: 0]
        reading.places[id.index] = place
        reading.repeats[shape] = place + 1
        if place == 0 { reading.order.append(shape) }
    }

    private mutating func shape(of key: [Int], base: String, isOperation: Bool) -> Shape {
        if let shape = shapes[key] { return shape }
        let shape = bases.count
        shapes[key] = shape
        bases.append(base)
        self.isOperation.append(isOperation)
        mostRepeats.append(0)
        return shape
    }

    private mutating func number(of sort: Sort) -> Int {
        if let number = sorts[sort] { return number }
        sorts[sort] = sorts.count
        return sorts.count - 1
    }

    private mutating func word(_ text: String) -> Int {
        if let number = words[text] { return number }
        words[text] = words.count
        return words.count - 1
    }

    /// An argument name without a trailing number, so that the many inputs of a gathering operation have one name.
    private mutating func stem(_ name: String) -> Int {
        if let number = stems[name] { return number }
        let number = word(Self.stem(of: name))
        stems[name] = number
        return number
    }

    static func stem(of name: String) -> String {
        var stem = Substring(name)
        while let last = stem.last, last.isASCII, last.isNumber { stem.removeLast() }
        while stem.last == "_" { stem.removeLast() }
        return stem.isEmpty ? name : String(stem)
    }
}
