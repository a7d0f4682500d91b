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

    private var slots: [LineTable.Line: [Slot]] = [:]

    /// - Complexity: O(nodes + edges).
    init(_ graphs: [SeenGraph], _ shapes: ShapeTable, _ lines: LineTable) {
        var isUniform = [Bool](repeating: true, count: lines.entries.count)
        forEachNode(graphs, lines) { index, place, line in
            let entry = lines.entries[line]
            guard isUniform[line], entry.graph != index || entry.place != place else { return }
            isUniform[line] = Self.readsSame(
                graphs[entry.graph], entry.place, lines.layouts[entry.graph], as: graphs[index], place,
                lines.layouts[index])
        }
        guard isUniform.contains(false) else { return }
        forEachNode(graphs, lines) { index, place, line in
            guard !isUniform[line] else { return }
            note(LineTable.Line(line), index, graphs[index], place, shapes.readings[index].slots, lines.layouts[index])
        }
    }

    /// The arguments of `line`; nil when all its nodes read the same.
    func slots(of line: LineTable.Line) -> [Slot]? { slots[line] }

    static func read(of edge: Int, in graph: SeenGraph, _ layout: LineTable.Layout) -> Read {
        let source = Int(graph.arguments[edge].source)
        return graph.roles[source] == .variable ? .variable(graph.bases[source]) : .line(layout.lines[source])
    }

    private func forEachNode(
        _ graphs: [SeenGraph], _ lines: LineTable, _ body: (_ graph: Int, _ place: Int, _ line: Int) -> Void
    ) {
        for (index, graph) in graphs.enumerated() {
            let numbers = lines.layouts[index].lines
            for place in 0..<graph.count where graph.roles[place] == .operation {
                body(index, place, Int(numbers[place]))
            }
        }
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

    private mutating func note(
        _ line: LineTable.Line, _ trace: Int, _ graph: SeenGraph, _ place: Int, _ slotNumbers: [Int32],
        _ layout: LineTable.Layout
    ) {
        let edges = graph.edges(of: place)
        var known = slots.removeValue(forKey: line) ?? []
        var edge = edges.lowerBound
        while edge < edges.upperBound {
            let number = Int(slotNumbers[edge])
            if number == known.count { known.append(Slot(edge: edge - edges.lowerBound)) }
            let start = edge
            while edge < edges.upperBound, Int(slotNumbers[edge]) == number {
                known[number].note(Self.read(of: edge, in: graph, layout), trace: trace)
                edge += 1
            }
            known[number].fewest = min(known[number].fewest, edge - start)
            known[number].most = max(known[number].most, edge - start)
        }
        slots[line] = known
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
