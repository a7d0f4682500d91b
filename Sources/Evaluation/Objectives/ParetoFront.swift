/// Vectors of scores of which none is beaten in everything, more being better in every place.
public struct ParetoFront: Sendable, Hashable {
    /// All that were looked at.
    public let points: [[Double]]
    /// The places of those that no other one dominates, in their order. Equal vectors all belong.
    public let members: [Int]

    /// - Precondition: All points are equally long.
    /// - Complexity: O(n² · places).
    public init(_ points: [[Double]]) {
        self.points = points
        members = points.indices.filter { place in
            !points.contains { Self.dominates($0, points[place]) }
        }
    }

    /// Whether `a` is nowhere worse than `b` and somewhere better.
    public static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
        var isBetter = false
        for (one, other) in zip(a, b) {
            if one < other { return false }
            if one > other { isBetter = true }
        }
        return isBetter
    }

    /// The volume that lies between `reference` and the front: what is reached, in one number.
    ///
    /// Points that are not above the reference in every place add nothing.
    ///
    /// - Complexity: exponential in the number of places; of use up to about 6 places and 50 members.
    public func hypervolume(above reference: [Double]) -> Double {
        let inside = members.map { points[$0] }.filter { zip($0, reference).allSatisfy { $0 > $1 } }
        return Self.volume(inside, above: reference[...])
    }

    /// Slice by slice along the last place.
    private static func volume(_ points: [[Double]], above reference: ArraySlice<Double>) -> Double {
        guard let base = reference.last, !points.isEmpty else { return 0 }
        if reference.count == 1 { return (points.map { $0[0] }.max() ?? base) - base }
        let last = reference.count - 1
        let sorted = points.sorted { $0[last] > $1[last] }
        var volume = 0.0
        for (place, point) in sorted.enumerated() {
            let floor = place + 1 < sorted.count ? sorted[place + 1][last] : base
            guard point[last] > floor else { continue }
            let slice = sorted.prefix(place + 1).map { Array($0.prefix(last)) }
            let front = ParetoFront(slice)
            volume += (point[last] - floor) * Self.volume(front.members.map { slice[$0] }, above: reference.dropLast())
        }
        return volume
    }
}
