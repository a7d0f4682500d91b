import Evaluation
import Foundation
import Testing

@testable import Optimization

@Suite struct ExpectedImprovementTests {
    @Test func isTheKnownNumber() {
        let value = ExpectedImprovement.value(mean: 0.1, deviation: 0.2, best: 0)
        #expect((value * 10_000).rounded() == 1396)
        #expect(ExpectedImprovement.value(mean: 0.3, deviation: 0, best: 0.1) == 0.3 - 0.1)
        #expect(ExpectedImprovement.value(mean: 0, deviation: 0, best: 0.1) == 0)
    }

    /// With mpmath at 40 digits: `log(npdf(z) + z * ncdf(z))` and `ncdf(z) / (npdf(z) + z * ncdf(z))`.
    @Test(arguments: [
        (-40.0, -808.29856835662, 40.0499066576485), (-16, -134.475678482175, 16.1235737380296),
        (-14, -104.212094750214, 14.1407449472799), (-3, -7.86968605960303, 3.53233751762516),
        (-1, -2.48512102571264, 1.90427123332969), (0, -0.918938533204673, 1.2533141373155),
        (2, 0.697383545788228, 0.486559318785284),
    ]) func theLogarithmKeepsItsDigits(_ z: Double, _ value: Double, _ slope: Double) {
        let found = ExpectedImprovement.logarithm(z)
        #expect(abs(found.value - value) < 1e-10 * abs(value))
        #expect(abs(found.slope - slope) < 1e-9 * slope)
    }

    private func process(noise: Double) throws -> GaussianProcess {
        let points = [[0.1, 0.2, 0], [0.4, 0.9, 1], [0.7, 0.3, 0], [0.9, 0.8, 2]]
        let kernel = MaternKernel(lengthScales: [0.4, 0.6, 1.2], variance: 1.3, areOptions: [false, false, true])
        return try #require(
            GaussianProcess(
                kernel, mean: -0.1, points: points, values: [0.3, -0.4, 1, 0.2], noise: points.map { _ in noise }))
    }

    @Test(arguments: [0, 0.1]) func theGradientIsThatOfTheValue(_ noise: Double) throws {
        var random = SeededGenerator(seed: 3)
        let improvement = NoisyImprovement(
            over: try process(noise: noise), isExact: noise == 0, draws: 8, random: &random)
        for _ in 0..<20 {
            let point = [random.uniform(), random.uniform(), Double(random.index(below: 3))]
            let (value, gradient) = improvement.withGradient(point)
            #expect(abs(value - improvement(point)) < 1e-12)
            #expect(gradient[2] == 0)
            for coordinate in 0..<2 {
                var (above, below) = (point, point)
                above[coordinate] += 1e-6
                below[coordinate] -= 1e-6
                let slope = (improvement(above) - improvement(below)) / 2e-6
                #expect(abs(slope - gradient[coordinate]) < 1e-3 * max(1, abs(slope)))
            }
        }
    }

    @Test func withoutNoiseItIsTheClosedForm() throws {
        let process = try process(noise: 0)
        var random = SeededGenerator(seed: 5)
        let improvement = NoisyImprovement(over: process, isExact: true, draws: 8, random: &random)
        let point = [0.55, 0.4, 0.0]
        let (mean, variance) = process.posterior(at: point)
        let closed = ExpectedImprovement.value(mean: mean, deviation: variance.squareRoot(), best: 1)
        #expect(abs(exp(improvement(point)) - closed) < 1e-9)
    }

    /// Drawn all at once, the true values here and at the points tried say how much is gained on average.
    @Test func withNoiseItIsTheMeanGainOverTheTrueBest() throws {
        let known = try process(noise: 0.1)
        let point = [0.62, 0.35, 0.0]
        var random = SeededGenerator(seed: 6)
        let averaged = exp(NoisyImprovement(over: known, isExact: false, draws: 2_000, random: &random)(point))
        // The point itself joins as one about which nothing was seen.
        let joint = try #require(
            GaussianProcess(
                known.kernel, mean: known.mean, points: known.points + [point], values: [0.3, -0.4, 1, 0.2, 0],
                noise: [0.1, 0.1, 0.1, 0.1, 1e9]))
        let (means, covariance) = joint.posteriorAtPoints()
        let spread = try #require(CholeskyFactor(covariance))
        let gains = (0..<40_000).map { _ -> Double in
            let values = zip(means, spread.times(means.map { _ in random.normal() })).map { $0 + $1 }
            return max(0, values[4] - (values[0..<4].max() ?? 0))
        }
        let sample = Sample(gains)
        let (mean, error) = (try #require(sample.mean), try #require(sample.standardError))
        #expect(abs(averaged - mean) < 5 * error + 0.02 * mean)
    }
}
