extension GraphLayout {
    /// A layered drawing without any other program: what is read stands above what reads it, vertices of a layer are
    /// ordered so that few lines cross. The same problem gives the same drawing.
    ///
    /// Layers are longest paths; the order within them comes of a few sweeps of barycenters (Sugiyama et al. 1981).
    ///
    /// - Complexity: O(sweeps × (boxes log boxes + edges)).
    public init(layering problem: Problem) {
        var layers = LayerAssignment(problem)
        layers.assign()
        layers.order()
        self = layers.placed()
    }
}

private struct LayerAssignment {
    private static let gap = (across: 28.0, down: 46.0, margin: 12.0)
    private static let sweeps = 8

    private let problem: GraphLayout.Problem
    private var above: [[Int]]
    private var below: [[Int]]
    private var layer: [Int]
    private var rows: [[Int]] = []

    init(_ problem: GraphLayout.Problem) {
        self.problem = problem
        above = Array(repeating: [], count: problem.sizes.count)
        below = above
        layer = Array(repeating: 0, count: problem.sizes.count)
        // Boxes come in the order things happened; a line that runs against it does not count for the layers.
        for edge in problem.edges where edge.from < edge.to {
            above[edge.to].append(edge.from)
            below[edge.from].append(edge.to)
        }
    }

    mutating func assign() {
        for box in layer.indices {
            layer[box] = above[box].reduce(0) { max($0, layer[$1] + 1) }
        }
        // Roots stand right above the first that reads them.
        for box in layer.indices where above[box].isEmpty {
            if let first = below[box].map({ layer[$0] }).min() { layer[box] = max(0, first - 1) }
        }
        rows = Array(repeating: [], count: (layer.max() ?? -1) + 1)
        for box in layer.indices { rows[layer[box]].append(box) }
    }

    mutating func order() {
        var position = [Double](repeating: 0, count: layer.count)
        func renumber(_ row: [Int]) { for (place, box) in row.enumerated() { position[box] = Double(place) } }
        rows.forEach(renumber)
        for sweep in 0..<Self.sweeps {
            let down = sweep.isMultiple(of: 2)
            for row in down ? Array(rows.indices) : rows.indices.reversed() {
                let weights = rows[row].map { box in
                    let near = down ? above[box] : below[box]
                    return near.isEmpty
                        ? position[box] : near.reduce(0) { $0 + position[$1] } / Double(near.count)
                }
                let sorted = rows[row].indices.sorted { (weights[$0], $0) < (weights[$1], $1) }
                rows[row] = sorted.map { rows[row][$0] }
                renumber(rows[row])
            }
        }
    }

    func placed() -> GraphLayout {
        var centres = [GraphLayout.Point](repeating: GraphLayout.Point(x: 0, y: 0), count: layer.count)
        var top = Self.gap.margin
        for row in rows {
            let height = row.map { problem.sizes[$0].height }.max() ?? 0
            for box in row { centres[box].y = top + height / 2 }
            top += height + Self.gap.down
        }
        for row in rows { spread(row, wanting: row.map { _ in nil }, &centres) }
        for sweep in 0..<4 {
            let down = sweep.isMultiple(of: 2)
            for row in down ? rows : rows.reversed() {
                let wishes = row.map { box -> Double? in
                    let near = down ? above[box] : below[box]
                    return near.isEmpty ? nil : near.reduce(0) { $0 + centres[$1].x } / Double(near.count)
                }
                spread(row, wanting: wishes, &centres)
            }
        }
        let left = layer.indices.map { centres[$0].x - problem.sizes[$0].width / 2 }.min() ?? 0
        for box in centres.indices { centres[box].x += Self.gap.margin - left }
        let right = layer.indices.map { centres[$0].x + problem.sizes[$0].width / 2 }.max() ?? 0
        return GraphLayout(
            size: GraphLayout.Size(
                width: right + Self.gap.margin, height: max(0, top - Self.gap.down) + Self.gap.margin),
            centres: centres, routes: problem.edges.map { route($0.from, $0.to, centres) }, engine: .layers)
    }

    /// Puts the boxes of a row near where they want to be, in their order, without touching one another.
    private func spread(
        _ row: [Int], wanting wish: [Double?], _ centres: inout [GraphLayout.Point]
    ) {
        guard !row.isEmpty else { return }
        let wishes = zip(row, wish).map { $1 ?? centres[$0].x }
        var places: [Double] = []
        for (index, box) in row.enumerated() {
            guard index > 0 else {
                places.append(wishes[0])
                continue
            }
            let room = (problem.sizes[row[index - 1]].width + problem.sizes[box].width) / 2 + Self.gap.across
            places.append(max(wishes[index], places[index - 1] + room))
        }
        let drift = zip(places, wishes).reduce(0) { $0 + $1.0 - $1.1 } / Double(row.count)
        for (index, box) in row.enumerated() { centres[box].x = places[index] - drift }
    }

    /// From the foot of one box to the head of another; round the side when it runs upwards.
    private func route(_ from: Int, _ to: Int, _ centres: [GraphLayout.Point]) -> [GraphLayout.Point] {
        let (a, b) = (centres[from], centres[to])
        let (first, second) = (problem.sizes[from], problem.sizes[to])
        guard b.y > a.y else {
            let start = GraphLayout.Point(x: a.x + first.width / 2, y: a.y)
            let end = GraphLayout.Point(x: b.x + second.width / 2, y: b.y)
            let side = max(start.x, end.x) + 40
            return [start, GraphLayout.Point(x: side, y: a.y), GraphLayout.Point(x: side, y: b.y), end]
        }
        let start = GraphLayout.Point(x: a.x, y: a.y + first.height / 2)
        let end = GraphLayout.Point(x: b.x, y: b.y - second.height / 2)
        let bend = (end.y - start.y) / 2
        return [
            start, GraphLayout.Point(x: start.x, y: start.y + bend),
            GraphLayout.Point(x: end.x, y: end.y - bend), end,
        ]
    }
}
