/// What the nodes of one line read where they do not all read the same: the turns of a loop, the runs of a batch.
struct LineVariants {
    /// What an argument reads.
    enum Read: Hashable {
        case line(LineTable.Line)
        case variable(Lexicon.Word)
    }

    /// One argument of a line over all its nodes.
    struct Slot {
        /// The how manieth input of the line's first node is the first of this argument.
        let edge: Int
        /// In order of first occurrence, up to ``mostReads``.
        var reads: [Read] = []
        var readsMore = false
        /// Whether every trace begins with the first of ``reads`` and goes through them in order.
        var isInTurn: Bool { reads.count > 1 && !isMixed && !readsMore }
        var fewest = Int.max
        var most = 0
        fileprivate var isMixed = false
        fileprivate var last: (trace: Int, rank: Int) = (-1, 0)
    }

    /// How many things that one argument reads are told apart.
    static let mostReads = 4

    /// By line: its place in ``rows``; -1 when all its nodes read the same.
    private var places: [Int32]
    private var rows: [[Slot]] = []

    /// - Complexity: O(nodes + edges).
    init(_ graphs: [SeenGraph], _ shapes: ShapeTable, _ lines: LineTable) {
        var isUniform = [Bool](repeating: true, count: lines.entries.count)
        for (index, graph) in graphs.enumerated() {
            let layout = lines.layouts[index]
            for place in 0..<graph.count where graph.roles[place] == .operation {
                let line = Int(layout.lines[place])
                let first = lines.entries[line].place
                let owner = lines.entries[line].graph
                guard isUniform[line], owner != index || first != place else { continue }
                isUniform[line] = Self.readsSame(
                    graphs[owner], first, lines.layouts[owner], as: graph, place, layout)
            }
        }
        places = Array(repeating: -1, count: isUniform.count)
        for line in isUniform.indices where !isUniform[line] {
            places[line] = Int32(rows.count)
            rows.append([])
        }
        guard !rows.isEmpty else { return }
        for (index, graph) in graphs.enumerated() {
            let layout = lines.layouts[index]
            let slots = shapes.readings[index].slots
            for place in 0..<graph.count where graph.roles[place] == .operation {
                let row = Int(places[Int(layout.lines[place])])
                if row >= 0 { Self.note(place, of: graph, index, slots, layout, in: &rows[row]) }
            }
        }
    }

    /// The arguments of `line`; nil when all its nodes read the same.
    func slots(of line: LineTable.Line) -> [Slot]? {
        let place = Int(places[Int(line)])
        return place < 0 ? nil : rows[place]
    }

    static func read(of edge: Int, in graph: SeenGraph, _ layout: LineTable.Layout) -> Read {
        let source = Int(graph.arguments[edge].source)
        return graph.roles[source] == .variable ? .variable(graph.bases[source]) : .line(layout.lines[source])
    }

    private static func readsSame(
        _ first: SeenGraph, _ place: Int, _ layout: LineTable.Layout, as second: SeenGraph, _ other: Int,
        _ otherLayout: LineTable.Layout
    ) -> Bool {
        let (edges, others) = (first.edges(of: place), second.edges(of: other))
        guard edges.count == others.count else { return false }
        for (a, b) in zip(edges, others) where read(of: a, in: first, layout) != read(of: b, in: second, otherLayout) {
            return false
        }
        return true
    }

    /// Adds what the node at `place` reads to the arguments of its line.
    private static func note(
        _ place: Int, of graph: SeenGraph, _ trace: Int, _ slots: [Int32], _ layout: LineTable.Layout,
        in row: inout [Slot]
    ) {
        let edges = graph.edges(of: place)
        var edge = edges.lowerBound
        while edge < edges.upperBound {
            let number = Int(slots[edge])
            if number == row.count { row.append(Slot(edge: edge - edges.lowerBound)) }
            let start = edge
            while edge < edges.upperBound, Int(slots[edge]) == number {
                row[number].note(read(of: edge, in: graph, layout), trace: trace)
                edge += 1
            }
            row[number].fewest = min(row[number].fewest, edge - start)
            row[number].most = max(row[number].most, edge - start)
        }
    }
}

extension LineVariants.Slot {
    fileprivate mutating func note(_ read: LineVariants.Read, trace: Int) {
        var rank = reads.firstIndex(of: read)
        if rank == nil, reads.count < LineVariants.mostReads {
            rank = reads.count
            reads.append(read)
        }
        guard let rank else {
            readsMore = true
            return
        }
        if last.trace == trace ? rank < last.rank : rank > 0 { isMixed = true }
        last = (trace, rank)
    }
}
