import TraceGraph

/// Which of the many nodes of one line in a trace are worth showing, and in which order.
///
/// Of lines that occur equally often the same turns are chosen, so that what is shown fits together. A turn in which
/// something failed comes first; beside it stands one that went well. Else the first turn stands beside the last of a
/// loop, or beside the first turn of a map whose result differs. Outputs with feedback go before all others and are shown
/// up to a larger number, the worst first and different things said before more of the same.
struct ShownTurns {
    /// By place: the how manieth of its line a node is shown, from 0; -1 when it is not shown.
    private(set) var ranks: [Int32]

    static let instances = 2
    static let outputs = 8

    private let graph: SeenGraph

    /// - Complexity: O(nodes), O(n log n) for lines of outputs.
    init(_ graph: SeenGraph, _ layout: LineTable.Layout, shapes: ShapeTable, reading: ShapeTable.Reading) {
        self.graph = graph
        ranks = Array(repeating: 0, count: graph.count)
        var rows: [LineTable.Line: Int] = [:]
        var members: [[Int]] = []
        for place in 0..<graph.count where layout.lines[place] >= 0 && shapes.isFolded[Int(reading.shapes[place])] {
            ranks[place] = -1
            let line = layout.lines[place]
            if let row = rows[line] {
                members[row].append(place)
            } else {
                rows[line] = members.count
                members.append([place])
            }
        }
        guard !members.isEmpty else { return }
        let grades = Grades(of: graph.trace)
        for (count, rows) in Dictionary(grouping: members, by: \.count) {
            let isLoop = rows.contains { row in row.contains { shapes.loops[Int(reading.shapes[$0])] >= 0 } }
            let spoken = rows.first { row in row.contains { graph.isOutput[$0] } }
            let outputs = spoken.map { row in
                let turns = (0..<count).filter { graph.isOutput[row[$0]] }
                return grades.order(turns.map { graph.ids[row[$0]] }, in: graph.trace).map { turns[$0] }
            }
            var turns = Array(outputs?.prefix(Self.instances) ?? [])
            for turn in telling(rows, of: count, isLoop: isLoop) where turns.count < Self.instances {
                if !turns.contains(turn) { turns.append(turn) }
            }
            // The turns of a loop are read in the order they ran.
            if isLoop, !rows.contains(where: { row in turns.contains { graph.isFailure[row[$0]] } }) { turns.sort() }
            for row in rows {
                for (rank, turn) in turns.enumerated() { ranks[row[turn]] = Int32(rank) }
                guard let outputs, graph.isOutput[row[outputs[0]]] else { continue }
                for (rank, turn) in outputs.prefix(Self.outputs).enumerated() { ranks[row[turn]] = Int32(rank) }
            }
        }
    }

    private func telling(_ rows: [[Int]], of count: Int, isLoop: Bool) -> [Int] {
        guard count > Self.instances else { return Array(0..<count) }
        func hasFailed(_ turn: Int) -> Bool { rows.contains { graph.isFailure[$0[turn]] } }
        if let failing = (0..<count).first(where: hasFailed) {
            if isLoop, failing > 0 { return [failing, failing - 1] }
            let sound = (0..<count).first { !hasFailed($0) } ?? (0..<count).first { $0 != failing }
            return [failing] + (sound.map { [$0] } ?? [])
        }
        if isLoop { return [0, count - 1] }
        // The last operation is nearest to the output: a turn with another result there is the best contrast.
        guard let row = rows.last(where: { graph.roles[$0[0]] == .operation }) ?? rows.last else { return [] }
        let first = graph.node(at: row[0]).value
        return [0, (1..<count).first { graph.node(at: row[$0]).value != first } ?? count - 1]
    }
}

/// What was said about the outputs of a trace.
private struct Grades {
    private var worst: [NodeID: Double] = [:]
    private var texts: [NodeID: [String]] = [:]

    init(of trace: Trace) {
        for item in trace.feedback {
            texts[item.output, default: []].append(item.text)
            guard let least = item.scores.values.filter(\.isFinite).min() else { continue }
            worst[item.output] = min(worst[item.output] ?? .infinity, least)
        }
    }

    /// The failures, then the others with feedback from the worst to the best, then the rest; among equals those of
    /// which something new is said before those of which the same is said again.
    func order(_ nodes: [NodeID], in trace: Trace) -> [Int] {
        let grades = nodes.map { node in
            if trace[node].kind == .failure { return -Double.infinity }
            return texts[node] == nil ? .infinity : worst[node] ?? 0
        }
        var order: [Int] = []
        let byGrade = nodes.indices.sorted { (grades[$0], $0) < (grades[$1], $1) }
        var start = 0
        while start < byGrade.count {
            var end = start
            while end < byGrade.count, grades[byGrade[end]] == grades[byGrade[start]] { end += 1 }
            order += InformativeOrder.diversified(Array(byGrade[start..<end])) { texts[nodes[$0]] ?? [] }
            start = end
        }
        return order
    }
}
