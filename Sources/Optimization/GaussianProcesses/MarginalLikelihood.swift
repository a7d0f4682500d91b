import Foundation

/// How well hyperparameters explain what was observed: the log marginal likelihood with its gradient, and the priors that
/// keep few observations from saying too much.
struct MarginalLikelihood {
    /// What a fit decides about: everything in logarithms.
    struct Settings: Hashable {
        var lengthScales: [Double]
        var variance: Double
        /// The variance of noise beyond what is known of single values.
        var noise: Double

        init(lengthScales: [Double], variance: Double, noise: Double) {
            self.lengthScales = lengthScales
            self.variance = variance
            self.noise = noise
        }

        init(logarithms: [Double]) {
            lengthScales = logarithms.dropLast(2).map(exp)
            variance = exp(logarithms[logarithms.count - 2])
            noise = exp(logarithms[logarithms.count - 1])
        }

        var logarithms: [Double] { (lengthScales + [variance, noise]).map(log) }
    }

    let points: [[Double]]
    let values: [Double]
    /// Known of single values.
    let noise: [Double]
    let areOptions: [Bool]
    /// Squared differences by coordinate, of all pairs with the first point later.
    private let squares: [[Double]]

    init(points: [[Double]], values: [Double], noise: [Double], areOptions: [Bool]) {
        self.points = points
        self.values = values
        self.noise = noise
        self.areOptions = areOptions
        squares = areOptions.indices.map { coordinate in
            points.indices.flatMap { row in
                (0..<row).map { column in
                    let difference = MaternKernel.difference(
                        points[row][coordinate], points[column][coordinate], isOption: areOptions[coordinate])
                    return difference * difference
                }
            }
        }
    }

    /// The mean that explains the values best, shrunk towards 0 as by one value there.
    private func mean(_ factor: CholeskyFactor) -> Double {
        let ones = factor.solving([Double](repeating: 1, count: values.count))
        let weight = ones.reduce(0, +)
        return zip(ones, values).reduce(0) { $0 + $1.0 * $1.1 } / (weight + 1)
    }

    /// The process with these settings; nil where the covariances cannot be factored.
    func process(_ settings: Settings) -> GaussianProcess? {
        let kernel = MaternKernel(
            lengthScales: settings.lengthScales, variance: settings.variance, areOptions: areOptions)
        var covariance = GaussianProcess.covariance(kernel, points)
        for place in points.indices { covariance[place, place] += noise[place] + settings.noise }
        guard let factor = CholeskyFactor(covariance) else { return nil }
        return GaussianProcess(kernel, mean: mean(factor), points: points, values: values, factor: factor)
    }

    /// Minus the log posterior density of `logarithms`, priors included, with its gradient; infinite where it cannot be
    /// had. O(points³ + coordinates · points²).
    func cost(_ logarithms: [Double]) -> (value: Double, gradient: [Double]) {
        let settings = Settings(logarithms: logarithms)
        let count = points.count
        let rates = settings.lengthScales.map { 1 / ($0 * $0) }
        var covariance = SquareMatrix(count)
        var declines = [Double](repeating: 0, count: count * (count - 1) / 2)
        var pair = 0
        for row in 0..<count {
            for column in 0..<row {
                var distance = 0.0
                for coordinate in rates.indices { distance += squares[coordinate][pair] * rates[coordinate] }
                let value = settings.variance * MaternKernel.correlation(distance)
                covariance[row, column] = value
                covariance[column, row] = value
                declines[pair] = settings.variance * MaternKernel.decline(distance)
                pair += 1
            }
            covariance[row, row] = settings.variance + settings.noise + noise[row]
        }
        guard let factor = CholeskyFactor(covariance), factor.jitter == 0 else {
            return (.infinity, logarithms.map { _ in 0 })
        }
        let process = GaussianProcess(
            MaternKernel(lengthScales: settings.lengthScales, variance: settings.variance, areOptions: areOptions),
            mean: mean(factor), points: points, values: values, factor: factor)
        let weights = process.weights
        var cost = 0.5 * process.mean * process.mean - process.logLikelihood(of: values)

        // ∂cost/∂t = ½ Σ (K⁻¹ − w wᵀ) ∂K/∂t.
        let inverse = factor.inverse
        var gradient = [Double](repeating: 0, count: logarithms.count)
        pair = 0
        for row in 0..<count {
            for column in 0..<row {
                let share = inverse[row, column] - weights[row] * weights[column]
                let slope = share * declines[pair]
                for coordinate in rates.indices {
                    gradient[coordinate] += slope * squares[coordinate][pair] * rates[coordinate]
                }
                gradient[rates.count] += share * covariance[row, column]
                pair += 1
            }
            let share = inverse[row, row] - weights[row] * weights[row]
            gradient[rates.count] += 0.5 * share * settings.variance
            gradient[rates.count + 1] += 0.5 * share * settings.noise
        }
        for (place, prior) in priors.enumerated() {
            let distance = (logarithms[place] - prior.mean) / prior.deviation
            cost += 0.5 * distance * distance
            gradient[place] += distance / prior.deviation
        }
        return cost.isFinite ? (cost, gradient) : (.infinity, gradient)
    }

    /// Normal priors of the logarithms.
    private var priors: [(mean: Double, deviation: Double)] {
        // In many dimensions points lie far apart, and functions that can be learnt at all vary slowly (Hvarfner 2024).
        let length = log(0.3 * Double(max(1, areOptions.count)).squareRoot())
        return areOptions.map { $0 ? (0, 1) : (length, 0.8) } + [(0, 1), (log(1e-5), 2)]
    }

    /// Where the search begins when nothing else is known.
    var start: [Double] { priors.map(\.mean) }

    var bounds: [ClosedRange<Double>] {
        areOptions.map { _ in log(0.01)...log(30) } + [log(0.02)...log(50), log(1e-8)...log(2)]
    }
}
