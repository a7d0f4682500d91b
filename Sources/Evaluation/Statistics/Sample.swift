/// Numbers that were observed, and what describes them.
public struct Sample: Sendable, Hashable {
    /// In the order they were given.
    public let values: [Double]

    public init(_ values: some Sequence<Double>) { self.values = Array(values) }

    public var count: Int { values.count }

    /// Nil when nothing was observed.
    public var mean: Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The unbiased variance (divisor n − 1); nil for fewer than two values.
    public var variance: Double? {
        guard values.count > 1, let mean else { return nil }
        return sumOfPowers(2, around: mean) / Double(values.count - 1)
    }

    /// The root of ``variance``; nil for fewer than two values.
    public var standardDeviation: Double? { variance?.squareRoot() }

    /// The standard error of the mean; nil for fewer than two values.
    public var standardError: Double? {
        variance.map { ($0 / Double(values.count)).squareRoot() }
    }

    /// The moment coefficient m₃ / m₂^1.5; nil when all values are equal or fewer than two.
    public var skewness: Double? {
        guard let mean, values.count > 1 else { return nil }
        let second = sumOfPowers(2, around: mean) / Double(values.count)
        guard second.squareRoot() > abs(mean) * 1e-12 + .leastNormalMagnitude else { return nil }
        return sumOfPowers(3, around: mean) / Double(values.count) / (second * second.squareRoot())
    }

    /// The value below which the share `probability` lies, interpolated between neighbours (Hyndman–Fan type 7).
    ///
    /// - Returns: Nil when nothing was observed.
    /// - Complexity: O(n log n).
    public func quantile(_ probability: Double) -> Double? {
        Self.quantile(probability, ofSorted: values.sorted())
    }

    static func quantile(_ probability: Double, ofSorted sorted: [Double]) -> Double? {
        guard let last = sorted.last, !probability.isNaN else { return nil }
        let place = min(max(probability, 0), 1) * Double(sorted.count - 1)
        let below = Int(place)
        guard below + 1 < sorted.count else { return last }
        return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
    }

    private func sumOfPowers(_ power: Int, around centre: Double) -> Double {
        values.reduce(0) { sum, value in
            let distance = value - centre
            return sum + (power == 2 ? distance * distance : distance * distance * distance)
        }
    }
}
