import Evaluation

/// Looks for the points of a space where a function is largest: at many points first, then uphill from the best of them.
struct AcquisitionSearch {
    let space: SearchSpace
    /// The function with its gradient along numbers; the gradient is only asked for where there are some.
    let function: (_ point: [Double]) -> Double
    let withGradient: (_ point: [Double]) -> (value: Double, gradient: [Double])
    /// Spaces of no more points are looked through whole.
    var countable = 1_000
    /// Searches uphill.
    var climbs = 6

    /// The best points found, the best first. All are points of the space, no two alike.
    func best(near known: [[Double]], random: inout SeededGenerator) -> [[Double]] {
        if space.count(upTo: countable) != nil { return ranked(space.allPoints).map(\.point) }
        var pool = (0..<(200 + 50 * space.dimensions.count)).map { _ in space.drawn(&random) }
        for point in known {
            for step in [0.02, 0.05, 0.1, 0.2] {
                for _ in 0..<5 { pool.append(space.near(point, by: step, &random)) }
            }
        }
        let first = ranked(pool)
        let climbed = starts(among: first).map { climb(from: $0) }
        return ranked(climbed + first.prefix(50).map(\.point)).map(\.point)
    }

    private func ranked(_ points: [[Double]]) -> [(point: [Double], value: Double)] {
        var seen: Set<[Double]> = []
        let valued = points.filter { seen.insert($0).inserted }.map { ($0, function($0)) }
        return valued.enumerated().sorted { a, b in
            a.element.1 == b.element.1 ? a.offset < b.offset : a.element.1 > b.element.1
        }.map(\.element)
    }

    /// The best ones, no two close together.
    private func starts(among ranked: [(point: [Double], value: Double)]) -> [[Double]] {
        var chosen: [[Double]] = []
        for (point, _) in ranked where chosen.count < climbs {
            let isApart = chosen.allSatisfy { other in
                zip(space.dimensions, zip(point, other)).contains { dimension, pair in
                    abs(pair.0 - pair.1) > (dimension.isOption ? 0.5 : 0.05)
                }
            }
            if isApart { chosen.append(point) }
        }
        return chosen
    }

    /// Numbers along the gradient, everything else step by step, in turn until neither helps.
    private func climb(from start: [Double]) -> [Double] {
        var point = start
        var value = function(point)
        for _ in 0..<4 {
            var moved = false
            let along = alongNumbers(from: point)
            if let (next, reached) = along, reached > value + 1e-9 {
                (point, value, moved) = (next, reached, true)
            }
            for place in space.dimensions.indices {
                for neighbour in space.dimensions[place].neighbours(of: point[place]).prefix(32) {
                    var next = point
                    next[place] = neighbour
                    let reached = function(next)
                    if reached > value + 1e-9 { (point, value, moved) = (next, reached, true) }
                }
            }
            if !moved || space.dimensions.allSatisfy({ $0.count == nil }) { break }
        }
        return point
    }

    /// Where the gradient leads, options held; whole numbers are rounded in the end.
    private func alongNumbers(from start: [Double]) -> (point: [Double], value: Double)? {
        let free = space.dimensions.indices.filter { !space.dimensions[$0].isOption }
        guard !free.isEmpty else { return nil }
        func whole(_ part: [Double]) -> [Double] {
            var point = start
            for (place, coordinate) in zip(free, part) { point[place] = coordinate }
            return point
        }
        let minimizer = BoxMinimizer(free.map { _ in 0...1 }, iterations: 50, tolerance: 1e-6)
        let (part, _) = minimizer.minimum(
            of: { part in
                let (value, gradient) = withGradient(whole(part))
                return (-value, free.map { -gradient[$0] })
            }, from: free.map { start[$0] })
        let point = space.snapped(whole(part))
        return (point, function(point))
    }
}
