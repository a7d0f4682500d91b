import Evaluation
import Testing

@testable import Optimization

/// The reference was made once with scikit-learn:
///
/// ```python
/// k = ConstantKernel(1.7, "fixed") * Matern(length_scale=[0.35, 0.8], nu=2.5, length_scale_bounds="fixed")
/// g = GaussianProcessRegressor(k, alpha=[0.01, 0.02, 0, 0.05, 0.1], optimizer=None).fit(X, y)
/// m, s = g.predict([[0.2, 0.2], [0.55, 0.6], [1, 0]], return_std=True)
/// print(m, s * s, g.log_marginal_likelihood_value_)
/// ```
@Suite struct GaussianProcessTests {
    private static let points = [[0.1, 0.2], [0.4, 0.9], [0.7, 0.3], [0.9, 0.8], [0.5, 0.5]]
    private static let values = [1, -0.5, 0.3, 2, -1.2]
    private static let noise = [0.01, 0.02, 0, 0.05, 0.1]
    private static let kernel = MaternKernel(lengthScales: [0.35, 0.8], variance: 1.7)

    @Test func thePosteriorIsThatOfTheReference() throws {
        let process = try #require(
            GaussianProcess(Self.kernel, points: Self.points, values: Self.values, noise: Self.noise))
        let expected = [
            ([0.2, 0.2], 0.506904817, 0.154892085), ([0.55, 0.6], -0.699174661, 0.108027408),
            ([1.0, 0.0], 1.067151742, 1.019247537),
        ]
        for (point, mean, variance) in expected {
            let found = process.posterior(at: point)
            #expect(abs(found.mean - mean) < 1e-6 && abs(found.variance - variance) < 1e-6)
        }
        #expect(abs(process.logLikelihood(of: Self.values) - -8.459436985) < 1e-6)
    }

    @Test func atItsOwnPointsTheJointPosteriorAgreesWithTheSingleOnes() throws {
        let process = try #require(
            GaussianProcess(Self.kernel, mean: 0.4, points: Self.points, values: Self.values, noise: Self.noise))
        let (means, covariance) = process.posteriorAtPoints()
        for (place, point) in Self.points.enumerated() {
            let single = process.posterior(at: point)
            #expect(abs(means[place] - single.mean) < 1e-9)
            #expect(abs(covariance[place, place] - single.variance) < 1e-9)
        }
        // Without noise the value itself is known.
        #expect(abs(means[2] - 0.3) < 1e-9 && covariance[2, 2] < 1e-9)
    }

    @Test func farFromEverythingNothingIsKnown() throws {
        let process = try #require(
            GaussianProcess(Self.kernel, mean: 0.4, points: Self.points, values: Self.values, noise: Self.noise))
        let (mean, variance) = process.posterior(at: [90, 90])
        #expect(abs(mean - 0.4) < 1e-9 && abs(variance - 1.7) < 1e-9)
    }

    @Test func optionsAreAsFarApartAsAnyOther() {
        let kernel = MaternKernel(lengthScales: [1, 2], variance: 1, areOptions: [false, true])
        #expect(kernel([0, 1], [0, 2]) == kernel([0, 1], [0, 7]))
        #expect(kernel([0, 3], [0, 3]) == 1)
    }

    private var likelihood: MarginalLikelihood {
        MarginalLikelihood(
            points: Self.points.enumerated().map { $1 + [Double($0 % 2)] }, values: Self.values, noise: Self.noise,
            areOptions: [false, false, true])
    }

    @Test(arguments: 0..<5) func theGradientIsThatOfTheCost(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let place = likelihood.start.map { $0 + 0.7 * random.normal() }
        let gradient = likelihood.cost(place).gradient
        for coordinate in place.indices {
            var (above, below) = (place, place)
            above[coordinate] += 1e-5
            below[coordinate] -= 1e-5
            let slope = (likelihood.cost(above).value - likelihood.cost(below).value) / 2e-5
            #expect(abs(slope - gradient[coordinate]) < 1e-5 * max(1, abs(slope)))
        }
    }

    @Test func aFitTellsWhichCoordinateMatters() {
        var random = SeededGenerator(seed: 4)
        let points = (0..<24).map { _ in [random.uniform(), random.uniform()] }
        let values = points.map { 3 * ($0[0] - 0.4) * ($0[0] - 0.4) }
        let likelihood = MarginalLikelihood(
            points: points, values: values, noise: values.map { _ in 0 }, areOptions: [false, false])
        let settings = likelihood.fit(random: &random)
        #expect(settings.lengthScales[1] > 2 * settings.lengthScales[0])
        #expect(settings.noise < 1e-4)
        let start = likelihood.cost(likelihood.start).value
        #expect(likelihood.cost(settings.logarithms).value < start)
    }
}
