import Foundation

/// A Gaussian process: what is known of a function from noisy values at some points.
public struct GaussianProcess: Sendable {
    /// How alike neighbouring points are.
    public let kernel: MaternKernel
    /// The value far from every point.
    public let mean: Double
    /// Where it was observed.
    public let points: [[Double]]
    /// Of the covariances of the observed values, noise included.
    let factor: CholeskyFactor
    /// (K + noise)⁻¹ (values − mean).
    let weights: [Double]

    /// What is known after seeing `values` at `points`.
    ///
    /// - Parameters:
    ///   - points: As many coordinates each as the kernel has length scales.
    ///   - values: One a point.
    ///   - noise: The variance of each value around the function's.
    /// - Returns: Nil when the covariances are no positive definite matrix, such as from numbers that are not finite.
    /// - Complexity: O(points³).
    public init?(_ kernel: MaternKernel, mean: Double = 0, points: [[Double]], values: [Double], noise: [Double]) {
        var covariance = Self.covariance(kernel, points)
        for place in points.indices { covariance[place, place] += noise[place] }
        guard let factor = CholeskyFactor(covariance) else { return nil }
        self.init(kernel, mean: mean, points: points, values: values, factor: factor)
    }

    /// With a factor made before: the same points with other values.
    init(_ kernel: MaternKernel, mean: Double, points: [[Double]], values: [Double], factor: CholeskyFactor) {
        self.kernel = kernel
        self.mean = mean
        self.points = points
        self.factor = factor
        weights = factor.solving(values.map { $0 - mean })
    }

    /// The logarithm of the density of the values it was made from. O(points).
    public func logLikelihood(of values: [Double]) -> Double {
        let fit = zip(values, weights).reduce(0) { $0 + ($1.0 - mean) * $1.1 }
        return -0.5 * (fit + factor.logDeterminant + Double(values.count) * log(2 * Double.pi))
    }

    /// Of the function's values at `points`, without noise.
    static func covariance(_ kernel: MaternKernel, _ points: [[Double]]) -> SquareMatrix {
        var matrix = SquareMatrix(points.count)
        for row in points.indices {
            for column in 0...row {
                let value = kernel(points[row], points[column])
                matrix[row, column] = value
                matrix[column, row] = value
            }
        }
        return matrix
    }

    /// The mean and the variance of the function at `point`. O(points²).
    public func posterior(at point: [Double]) -> (mean: Double, variance: Double) {
        let covariances = points.map { kernel(point, $0) }
        var mean = mean
        for place in points.indices { mean += covariances[place] * weights[place] }
        let reduced = factor.solvingLower(covariances)
        let known = reduced.reduce(0) { $0 + $1 * $1 }
        return (mean, max(0, kernel.variance - known))
    }

    /// The means of the function at its own points, and their covariances. O(points³).
    func posteriorAtPoints() -> (means: [Double], covariance: SquareMatrix) {
        let prior = Self.covariance(kernel, points)
        let means = prior.times(weights).map { $0 + mean }
        var covariance = prior
        let reduced = points.indices.map { row in factor.solvingLower((0..<prior.count).map { prior[row, $0] }) }
        for row in points.indices {
            for column in points.indices {
                var sum = 0.0
                for place in points.indices { sum += reduced[row][place] * reduced[column][place] }
                covariance[row, column] -= sum
            }
        }
        return (means, covariance)
    }
}
