import Evaluation
import Foundation

/// Expected improvement over the best of values that are themselves only known with noise, as a logarithm.
///
/// The true values at the points tried are drawn from what is known of them; each draw has a best of its own and a
/// process that goes through it exactly, and the improvement is averaged over the draws (Letham 2019). Without noise
/// there is one draw: the values themselves.
struct NoisyImprovement {
    private struct Draw {
        /// K⁻¹ (values − mean).
        let weights: [Double]
        let best: Double
    }

    /// Its factor belongs to all draws.
    private let process: GaussianProcess
    private let draws: [Draw]

    /// - Parameters:
    ///   - known: What is known, noise included.
    ///   - isExact: Whether the noise is too small to matter.
    ///   - draws: How many draws are averaged.
    init(over known: GaussianProcess, isExact: Bool, draws count: Int, random: inout SeededGenerator) {
        let (means, covariance) = known.posteriorAtPoints()
        let exact = Draw(weights: known.weights, best: means.max() ?? 0)
        var prior = GaussianProcess.covariance(known.kernel, known.points)
        for place in known.points.indices { prior[place, place] += 1e-6 * known.kernel.variance }
        guard !isExact, let spread = CholeskyFactor(covariance), let factor = CholeskyFactor(prior) else {
            process = known
            draws = [exact]
            return
        }
        var made: [Draw] = []
        for _ in 0..<max(1, count / 2) {
            let normals = means.map { _ in random.normal() }
            // Each with its mirror image: their mean is exact.
            for sign in [1.0, -1.0] {
                let values = zip(means, spread.times(normals)).map { $0 + sign * $1 }
                made.append(
                    Draw(weights: factor.solving(values.map { $0 - known.mean }), best: values.max() ?? 0))
            }
        }
        process = GaussianProcess(
            known.kernel, mean: known.mean, points: known.points, values: means, factor: factor)
        draws = made
    }

    /// The logarithm of the expected improvement at `point`. O(points² + draws · points).
    func callAsFunction(_ point: [Double]) -> Double { value(at: point, wantsGradient: false).value }

    /// The same with its gradient, 0 along coordinates that name options.
    func withGradient(_ point: [Double]) -> (value: Double, gradient: [Double]) {
        value(at: point, wantsGradient: true)
    }

    private func value(at point: [Double], wantsGradient: Bool) -> (value: Double, gradient: [Double]) {
        let kernel = process.kernel
        let distances = process.points.map { kernel.squaredDistance(point, $0) }
        let covariances = distances.map { kernel.variance * MaternKernel.correlation($0) }
        let reduced = process.factor.solvingLower(covariances)
        let variance = max(
            1e-12 * kernel.variance, kernel.variance - reduced.reduce(0) { $0 + $1 * $1 })
        let deviation = variance.squareRoot()
        var parts: [(logarithm: Double, z: Double, slope: Double)] = []
        parts.reserveCapacity(draws.count)
        for draw in draws {
            var mean = process.mean
            for place in covariances.indices { mean += covariances[place] * draw.weights[place] }
            let z = (mean - draw.best) / deviation
            let (value, slope) = ExpectedImprovement.logarithm(z)
            parts.append((value, z, slope))
        }
        let most = parts.map(\.logarithm).max() ?? 0
        let shares = parts.map { exp($0.logarithm - most) }
        let total = shares.reduce(0, +)
        let value = log(deviation) + most + log(total / Double(draws.count))
        guard wantsGradient else { return (value, []) }

        // d log EI = (1 − slope z) dσ / σ + slope dμ / σ, and both dμ and dσ are sums over the points.
        var ofDeviation = 0.0
        var factors = [Double](repeating: 0, count: covariances.count)
        for (part, (share, draw)) in zip(parts, zip(shares, draws)) {
            let share = share / total
            ofDeviation += share * (1 - part.slope * part.z)
            let scale = share * part.slope / deviation
            for place in factors.indices { factors[place] -= scale * draw.weights[place] }
        }
        let influence = process.factor.solvingUpper(reduced)
        let scale = ofDeviation / variance
        var gradient = [Double](repeating: 0, count: point.count)
        let rates = kernel.lengthScales.map { 1 / ($0 * $0) }
        for place in factors.indices {
            let slope =
                (factors[place] + scale * influence[place]) * kernel.variance
                * MaternKernel.decline(distances[place])
            for coordinate in gradient.indices where !kernel.areOptions[coordinate] {
                gradient[coordinate] +=
                    slope * (point[coordinate] - process.points[place][coordinate]) * rates[coordinate]
            }
        }
        return (value, gradient)
    }
}
