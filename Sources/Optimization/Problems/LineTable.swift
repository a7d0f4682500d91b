/// The lines of a problem: one for each shape that is folded, one for each node of the others, the same in all traces.
struct LineTable {
    /// The number of a line, in order of first occurrence.
    typealias Line = Int32

    /// Which line a trace's nodes belong to.
    final class Layout {
        /// By place; -1 for variables.
        let lines: [Line]
        /// By place: the how manieth of its line a node is, from 0.
        let turns: [Int32]
        /// By place: how many its line has in this trace.
        let repeats: [Int32]

        init(lines: [Line], turns: [Int32], repeats: [Int32]) {
            self.lines = lines
            self.turns = turns
            self.repeats = repeats
        }
    }

    /// What is known of one line.
    struct Entry {
        /// The first node it stands for.
        let graph: Int
        let place: Int
        let isFolded: Bool
        let isOperation: Bool
        /// The fewest and the most times it occurs in the traces that have it.
        var fewest: Int32
        var most: Int32
        /// The traces it occurs in.
        var traces = 1
        /// How many of its nodes are failures.
        var failures = 0
    }

    private(set) var layouts: [Layout] = []
    private(set) var entries: [Entry] = []

    /// - Complexity: O(nodes).
    init(_ graphs: [SeenGraph], _ shapes: ShapeTable) {
        // A shape that is not folded has at most two nodes in a trace, and as many lines.
        let most = Int(ShapeTable.foldsFrom) - 1
        var known = [Line](repeating: -1, count: shapes.isFolded.count * most)
        var counts = [Int32](repeating: 0, count: shapes.isFolded.count)
        for (index, graph) in graphs.enumerated() {
            let reading = shapes.readings[index].shapes
            var places = [Line](repeating: -1, count: graph.count)
            var turns = [Int32](repeating: 0, count: graph.count)
            var repeats = [Int32](repeating: 1, count: graph.count)
            for shape in reading where shape != ShapeTable.none { counts[Int(shape)] += 1 }
            for place in 0..<graph.count where reading[place] != ShapeTable.none {
                let shape = Int(reading[place])
                if shapes.isFolded[shape] { repeats[place] = counts[shape] }
            }
            for shape in reading where shape != ShapeTable.none { counts[Int(shape)] = 0 }

            for place in 0..<graph.count where reading[place] != ShapeTable.none {
                let shape = Int(reading[place])
                let isFolded = shapes.isFolded[shape]
                let turn = counts[shape]
                counts[shape] += 1
                let slot = shape * most + (isFolded ? 0 : Int(turn))
                turns[place] = isFolded ? turn : 0
                let isOperation = graph.roles[place] == .operation
                if known[slot] < 0 {
                    known[slot] = Line(entries.count)
                    entries.append(
                        Entry(
                            graph: index, place: place, isFolded: isFolded, isOperation: isOperation,
                            fewest: repeats[place], most: repeats[place]))
                } else if turns[place] == 0 {
                    let line = Int(known[slot])
                    entries[line].fewest = min(entries[line].fewest, repeats[place])
                    entries[line].most = max(entries[line].most, repeats[place])
                    entries[line].traces += 1
                }
                places[place] = known[slot]
                if isOperation, graph.isFailure[place] { entries[Int(known[slot])].failures += 1 }
            }
            for shape in reading where shape != ShapeTable.none { counts[Int(shape)] = 0 }
            layouts.append(Layout(lines: places, turns: turns, repeats: repeats))
        }
    }

    func isFolded(_ line: Line) -> Bool { entries[Int(line)].isFolded }
}
