import Foundation

/// The Matérn covariance with smoothness 5/2 and one length scale a coordinate (Rasmussen and Williams 2006, §4.2).
///
/// k(a, b) = v (1 + √5 r + 5 r² / 3) e^(−√5 r) with r² = Σ (Δ / length)². Δ is the difference of two coordinates, or,
/// where a coordinate only names one of several options, 1 for different options.
public struct MaternKernel: Sendable, Hashable {
    /// One for each dimension: the distance over which values have much in common.
    public var lengthScales: [Double]
    /// k(a, a).
    public var variance: Double
    /// Which coordinates name options.
    public var areOptions: [Bool]

    /// - Parameter areOptions: As long as `lengthScales`; all differences where it is left out.
    public init(lengthScales: [Double], variance: Double = 1, areOptions: [Bool]? = nil) {
        self.lengthScales = lengthScales
        self.variance = variance
        self.areOptions = areOptions ?? [Bool](repeating: false, count: lengthScales.count)
    }

    /// The covariance of the values at two points. O(coordinates).
    public func callAsFunction(_ a: [Double], _ b: [Double]) -> Double {
        variance * Self.correlation(squaredDistance(a, b))
    }

    /// r².
    func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for place in lengthScales.indices {
            let difference = Self.difference(a[place], b[place], isOption: areOptions[place]) / lengthScales[place]
            sum += difference * difference
        }
        return sum
    }

    static func difference(_ a: Double, _ b: Double, isOption: Bool) -> Double {
        isOption ? (a == b ? 0 : 1) : a - b
    }

    /// k / v at r².
    static func correlation(_ squaredDistance: Double) -> Double {
        let r = (5 * squaredDistance).squareRoot()
        return (1 + r + r * r / 3) * exp(-r)
    }

    /// −2 ∂(k / v) / ∂(r²), which is also −∂(k / v)/∂(Δ/length) per Δ/length: 5/3 (1 + √5 r) e^(−√5 r).
    static func decline(_ squaredDistance: Double) -> Double {
        let r = (5 * squaredDistance).squareRoot()
        return 5.0 / 3 * (1 + r) * exp(-r)
    }
}
