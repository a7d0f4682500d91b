import TraceGraph

/// Tells which nodes of one or several traces have the same shape: the same operation under the same name in the same
/// composite operation, reading the same sorts of things under the same argument names.
///
/// The sort of an input is shallow (which operation made it, or which root it is), so that the turns of a loop have one
/// shape although each lies deeper in the graph than the one before. The first turn of a loop, which reads something from
/// before it, counts as one of its turns.
struct ShapeTable {
    /// The number of a shape.
    typealias Shape = Int32

    /// Stands for no shape: that of a variable.
    static let none: Shape = -1
    /// From how many occurrences within one trace a shape is one line.
    static let foldsFrom: Int32 = 3

    /// What was read from one trace.
    struct Reading {
        /// By place.
        var shapes: [Shape]
        /// By edge: the how manieth argument of its operation it belongs to; those in a row that read the same sort of
        /// thing under a counted name are one argument.
        var slots: [Int32]

        init(_ graph: SeenGraph) {
            shapes = Array(repeating: ShapeTable.none, count: graph.count)
            slots = Array(repeating: 0, count: graph.arguments.count)
        }
    }

    private(set) var readings: [Reading] = []
    /// Whether all occurrences of a shape in a trace are one line.
    private(set) var isFolded: [Bool] = []
    /// The loop a shape is a part of; -1 for none.
    private(set) var loops: [Int32] = []

    /// What an operation is and what it reads: its operation, name and scope, then each argument's stem and sort.
    private var keys = ShapeKeys()
    /// The shapes that each shape reads, packed, with repeats; and whether any reads one that is not older.
    private var reads: [UInt64] = []
    private var hasLoops = false

    /// - Complexity: O(nodes + edges) hash operations.
    init(_ graphs: [SeenGraph]) {
        for graph in graphs { readings.append(read(graph)) }
        loops = Array(repeating: -1, count: keys.count)
        if hasLoops { joinLoops(graphs) }
        nameRoots(graphs)
        fold()
    }

    // MARK: Operations

    private mutating func read(_ graph: SeenGraph) -> Reading {
        var reading = Reading(graph)
        var key = ShapeKeys.Row()
        for place in 0..<graph.count where graph.roles[place] == .operation {
            key.clear()
            key.append(graph.operations[place])
            key.append(graph.bases[place])
            key.append(graph.scopes[place])
            var slot: Int32 = -1
            for edge in graph.edges(of: place) {
                let argument = graph.arguments[edge]
                let source = Int(argument.source)
                let sort = Self.sort(of: source, in: graph)
                let end = key.parts.count
                if end < Self.header + 3 || key.parts[end - 3] != argument.stem || key.parts[end - 2] != sort
                    || key.parts[end - 1] != graph.bases[source]
                {
                    key.append(argument.stem)
                    key.append(sort)
                    key.append(graph.bases[source])
                    slot += 1
                }
                reading.slots[edge] = slot
            }
            let shape = keys.number(of: key)
            reading.shapes[place] = shape
            noteReads(of: place, shape, in: graph, reading)
        }
        return reading
    }

    private static let header = 3

    /// Which operation made a node, or what sort of root it is.
    private static func sort(of place: Int, in graph: SeenGraph) -> Int32 {
        switch graph.roles[place] {
        case .variable: -3
        case .root, .absent: -2
        case .operation: graph.operations[place]
        }
    }

    private mutating func noteReads(of place: Int, _ shape: Shape, in graph: SeenGraph, _ reading: Reading) {
        var last = Self.none
        for edge in graph.edges(of: place) {
            let source = reading.shapes[Int(graph.arguments[edge].source)]
            guard source != Self.none, source != last else { continue }
            last = source
            if source >= shape { hasLoops = true }
            let pair = ShapeLoops.pair(shape, source)
            if reads.last != pair { reads.append(pair) }
        }
    }

    // MARK: Loops

    /// Makes the first turns of loops, which read something from before, the same shape as the later ones.
    private mutating func joinLoops(_ graphs: [SeenGraph]) {
        var found = ShapeLoops(shapes: keys.count, reads: reads)
        for (graph, reading) in zip(graphs, readings) {
            for place in 0..<graph.count {
                let shape = reading.shapes[place]
                guard shape != Self.none, found.isInLoop(shape) else { continue }
                for edge in graph.edges(of: place) {
                    found.note(
                        shape, slot: reading.slots[edge],
                        reads: reading.shapes[Int(graph.arguments[edge].source)])
                }
            }
        }
        let joined = found.joined(keys, header: Self.header)
        for index in readings.indices {
            for place in readings[index].shapes.indices where readings[index].shapes[place] != Self.none {
                readings[index].shapes[place] = joined[Int(readings[index].shapes[place])]
            }
        }
        loops = found.loops
    }

    // MARK: Roots

    /// Roots of the same name are told apart by what reads them where a trace has several.
    private mutating func nameRoots(_ graphs: [SeenGraph]) {
        var repeated: Set<Lexicon.Word> = []
        for graph in graphs {
            var known: Set<Lexicon.Word> = []
            for place in 0..<graph.count where graph.roles[place] == .root {
                if !known.insert(graph.bases[place]).inserted { repeated.insert(graph.bases[place]) }
            }
        }
        struct Key: Hashable {
            let base: Lexicon.Word
            let consumer: Shape
            let slot: Int32
        }
        var roots: [Key: Shape] = [:]
        for (index, graph) in graphs.enumerated() {
            var consumers = [(shape: Shape, slot: Int32)?](repeating: nil, count: repeated.isEmpty ? 0 : graph.count)
            if !repeated.isEmpty {
                for place in 0..<graph.count {
                    for edge in graph.edges(of: place) {
                        let source = Int(graph.arguments[edge].source)
                        guard graph.roles[source] == .root, consumers[source] == nil else { continue }
                        consumers[source] = (readings[index].shapes[place], readings[index].slots[edge])
                    }
                }
            }
            for place in 0..<graph.count where graph.roles[place] == .root {
                let base = graph.bases[place]
                let consumer = repeated.contains(base) ? consumers[place] : nil
                let key = Key(base: base, consumer: consumer?.shape ?? Self.none, slot: consumer?.slot ?? 0)
                let shape = roots[key] ?? Shape(loops.count)
                if roots[key] == nil {
                    roots[key] = shape
                    loops.append(-1)
                }
                readings[index].shapes[place] = shape
            }
        }
    }

    // MARK: Folding

    /// A shape that occurs often in some trace is one line, and with it all parts of its loop.
    private mutating func fold() {
        isFolded = Array(repeating: false, count: loops.count)
        var counts = [Int32](repeating: 0, count: loops.count)
        for reading in readings {
            for shape in reading.shapes where shape != Self.none {
                counts[Int(shape)] += 1
                if counts[Int(shape)] == Self.foldsFrom { isFolded[Int(shape)] = true }
            }
            for shape in reading.shapes where shape != Self.none { counts[Int(shape)] = 0 }
        }
        let foldedLoops = Set(loops.indices.filter { isFolded[$0] && loops[$0] >= 0 }.map { loops[$0] })
        for shape in loops.indices where foldedLoops.contains(loops[shape]) { isFolded[shape] = true }
    }
}
