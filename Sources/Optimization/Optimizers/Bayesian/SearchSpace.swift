import Evaluation
import TraceGraph

/// The parameters that are looked for, as points.
struct SearchSpace: Sendable, Hashable {
    private(set) var names: [String] = []
    private(set) var dimensions: [SearchDimension] = []

    /// Those of `definitions` that have more than one value and coordinates for them.
    init(_ definitions: [ParameterDefinition]) {
        for definition in definitions {
            guard let dimension = SearchDimension(definition), dimension.count != 1 else { continue }
            names.append(definition.name)
            dimensions.append(dimension)
        }
    }

    var isEmpty: Bool { dimensions.isEmpty }
    var areOptions: [Bool] { dimensions.map(\.isOption) }

    /// How many points there are; nil for more than `limit` or more than can be counted.
    func count(upTo limit: Int) -> Int? {
        var product = 1
        for dimension in dimensions {
            guard let count = dimension.count, count <= limit else { return nil }
            product *= count
            guard product <= limit else { return nil }
        }
        return product
    }

    /// Every point; only for spaces that can be counted.
    var allPoints: [[Double]] {
        dimensions.reduce([[]]) { points, dimension in
            let coordinates = dimension.allCoordinates
            return points.flatMap { point in coordinates.map { point + [$0] } }
        }
    }

    func point(of values: [String: Value]) -> [Double] {
        zip(names, dimensions).map { name, dimension in dimension.coordinate(of: values[name] ?? .null) }
    }

    func values(at point: [Double]) -> [String: Value] {
        Dictionary(
            uniqueKeysWithValues: zip(names, zip(dimensions, point)).map { name, place in
                (name, place.0.value(at: place.1))
            })
    }

    func snapped(_ point: [Double]) -> [Double] { zip(dimensions, point).map { $0.snapped($1) } }

    func drawn(_ random: inout SeededGenerator) -> [Double] { dimensions.map { $0.drawn(&random) } }

    /// `point` with about one coordinate in three moved a little.
    func near(_ point: [Double], by step: Double, _ random: inout SeededGenerator) -> [Double] {
        let always = random.index(below: dimensions.count)
        return dimensions.indices.map { place in
            guard place == always || random.chance(0.35) else { return point[place] }
            let dimension = dimensions[place]
            return dimension.isOption
                ? dimension.drawn(&random) : dimension.snapped(point[place] + step * random.normal())
        }
    }

    /// `count` points that fill the space evenly: of several Latin hypercubes the one whose nearest points lie farthest
    /// apart (McKay 1979; Johnson 1990).
    func design(_ count: Int, _ random: inout SeededGenerator) -> [[Double]] {
        guard count > 0 else { return [] }
        var best: (distance: Double, points: [[Double]]) = (-1, [])
        for _ in 0..<50 {
            let columns = dimensions.map { dimension in
                random.shuffled(0..<count).map { dimension.at((Double($0) + random.uniform()) / Double(count)) }
            }
            let points = (0..<count).map { row in columns.map { $0[row] } }
            var nearest = Double.infinity
            for row in points.indices {
                for other in 0..<row { nearest = min(nearest, distance(points[row], points[other])) }
            }
            if nearest > best.distance { best = (nearest, points) }
        }
        return best.points
    }

    private func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(areOptions, zip(a, b)).reduce(0) { sum, place in
            let difference = MaternKernel.difference(place.1.0, place.1.1, isOption: place.0)
            return sum + difference * difference
        }
    }
}
