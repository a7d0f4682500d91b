import TraceGraph

/// Which of the many nodes of one shape in a trace are worth showing.
///
/// Of operations that occur equally often the same turns are chosen, so that what is shown fits together: a failing turn
/// first, else the worst by feedback, and one whose result differs from the first. Outputs with feedback are shown up to
/// a number, the worst first.
struct ShownPlaces {
    private var chosen: [Int: Set<Int>] = [:]
    private let isFolded: (Int) -> Bool

    static let instances = 2
    static let outputs = 8

    init(
        of reading: ShapeTable.Reading, in trace: Trace, outputs: Set<NodeID>, isFolded: @escaping (Int) -> Bool
    ) {
        self.isFolded = isFolded
        let folded = reading.order.filter(isFolded)
        guard !folded.isEmpty else { return }
        var members: [Int: [NodeID]] = [:]
        for index in reading.shapes.indices where reading.shapes[index] >= 0 && isFolded(reading.shapes[index]) {
            members[reading.shapes[index], default: []].append(NodeID(index))
        }
        var grades: [NodeID: Double] = [:]
        for item in trace.feedback {
            let worst = item.scores.values.filter(\.isFinite).min() ?? 0
            grades[item.output] = min(grades[item.output] ?? .infinity, worst)
        }
        let classes = Dictionary(grouping: folded) { members[$0]?.count ?? 0 }
        for (count, shapes) in classes {
            let places = Self.choose(
                among: count, rows: shapes.compactMap { members[$0] }, in: trace, outputs: outputs, grades: grades)
            for shape in shapes { chosen[shape] = places }
        }
    }

    func contains(_ shape: Int, _ place: Int) -> Bool {
        !isFolded(shape) || chosen[shape]?.contains(place) ?? true
    }

    private static func choose(
        among count: Int, rows: [[NodeID]], in trace: Trace, outputs: Set<NodeID>, grades: [NodeID: Double]
    ) -> Set<Int> {
        let spoken = rows.first { row in row.contains { outputs.contains($0) } }
        if let spoken {
            let order = (0..<count).sorted { a, b in
                let first = rank(spoken[a], in: trace, grades)
                let second = rank(spoken[b], in: trace, grades)
                return first == second ? a < b : first < second
            }
            return Set(order.prefix(Self.outputs))
        }
        var chosen: [Int] = []
        if let failing = (0..<count).first(where: { place in rows.contains { trace[$0[place]].kind == .failure } }) {
            chosen.append(failing)
        }
        if chosen.isEmpty { chosen.append(0) }
        // The last operation is nearest to the output: a turn with another result there is the best contrast.
        let row = rows.last { $0.first.map { trace[$0].operation != nil } ?? false } ?? rows.last
        if let row, let first = chosen.first {
            let value = trace[row[first]].value
            let other =
                (0..<count).first { $0 != first && trace[row[$0]].value != value } ?? (0..<count).last { $0 != first }
            if let other { chosen.append(other) }
        }
        return Set(chosen.prefix(instances))
    }

    private static func rank(_ node: NodeID, in trace: Trace, _ grades: [NodeID: Double]) -> Double {
        if trace[node].kind == .failure { return -.infinity }
        return grades[node] ?? .infinity
    }
}
