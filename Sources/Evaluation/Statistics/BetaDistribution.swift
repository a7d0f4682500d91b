import Foundation

/// The beta distribution with shapes `a` and `b`, both positive.
public struct BetaDistribution: Sendable, Hashable {
    /// The first shape, above 0.
    public let a: Double
    /// The second shape, above 0.
    public let b: Double

    /// - Precondition: Both shapes are positive.
    public init(_ a: Double, _ b: Double) {
        precondition(a > 0 && b > 0, "the shapes of a beta distribution are positive")
        self.a = a
        self.b = b
    }

    /// a / (a + b).
    public var mean: Double { a / (a + b) }

    /// The regularised incomplete beta function Iₓ(a, b), by Lentz's continued fraction.
    public func cumulative(_ x: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let front = exp(a * log(x) + b * log1p(-x) - Self.logBeta(a, b))
        // The fraction converges fast below the mean only; above it the mirrored one does.
        return x < (a + 1) / (a + b + 2)
            ? front * Self.fraction(a, b, x) / a
            : 1 - front * Self.fraction(b, a, 1 - x) / b
    }

    /// The x with Iₓ(a, b) = `probability`, found by Newton's method kept inside a shrinking bracket.
    public func quantile(_ probability: Double) -> Double {
        guard probability > 0 else { return 0 }
        guard probability < 1 else { return 1 }
        var low = 0.0
        var high = 1.0
        var x = mean
        for _ in 0..<400 {
            let error = cumulative(x) - probability
            if error == 0 { return x }
            if error > 0 { high = x } else { low = x }
            let slope = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - Self.logBeta(a, b))
            var next = x - error / slope
            if !(next > low && next < high) { next = low + (high - low) / 2 }
            if abs(next - x) <= x * 1e-15 || next == low && next == high { return next }
            x = next
        }
        return x
    }

    private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var result = d
        for step in 1...10_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            let change = d * c
            result *= change
            if abs(change - 1) < 1e-16 { break }
        }
        return result
    }

    static func logBeta(_ a: Double, _ b: Double) -> Double {
        logGamma(a) + logGamma(b) - logGamma(a + b)
    }

    /// ln Γ(x) for x > 0: Stirling's series after shifting x above 12 (the C function keeps its sign in a global).
    static func logGamma(_ x: Double) -> Double {
        var x = x
        var product = 1.0
        while x < 12 {
            product *= x
            x += 1
        }
        let inverse = 1 / (x * x)
        let series =
            (1.0 / 12
                - inverse
                * (1.0 / 360
                    - inverse
                    * (1.0 / 1260
                        - inverse * (1.0 / 1680 - inverse * (1.0 / 1188 - inverse * (691.0 / 360_360 - inverse / 156))))))
            / x
        return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series - log(product)
    }
}
