import Evaluation
import Testing

@testable import Optimization

@Suite struct BoxMinimizerTests {
    @Test func findsTheEndOfTheValley() {
        let minimizer = BoxMinimizer([-2...2, -1...3], iterations: 500, tolerance: 1e-10)
        let (point, value) = minimizer.minimum(
            of: { point in
                let (x, y) = (point[0], point[1])
                let rest = y - x * x
                return ((1 - x) * (1 - x) + 100 * rest * rest, [-2 * (1 - x) - 400 * x * rest, 200 * rest])
            }, from: [-1.2, 1])
        #expect(value < 1e-10)
        #expect(abs(point[0] - 1) < 1e-4 && abs(point[1] - 1) < 1e-4)
    }

    @Test(arguments: 0..<20) func ofABowlItIsTheNearestPointOfTheBox(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let centre = (0..<4).map { _ in random.uniform(in: -1...2) }
        let weights = (0..<4).map { _ in random.uniform(in: 0.1...10) }
        let minimizer = BoxMinimizer(centre.map { _ in 0...1 }, iterations: 200, tolerance: 1e-9)
        let (point, _) = minimizer.minimum(
            of: { point in
                let rests = zip(point, centre).map { $0 - $1 }
                return (
                    zip(weights, rests).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }, zip(weights, rests).map { 2 * $0 * $1 }
                )
            }, from: [0.5, 0.5, 0.5, 0.5])
        for (found, ideal) in zip(point, centre) { #expect(abs(found - min(max(ideal, 0), 1)) < 1e-5) }
    }

    @Test func whereTheFunctionIsNotFiniteIsNeverGoneTo() {
        let minimizer = BoxMinimizer([0...10])
        let (point, value) = minimizer.minimum(of: { $0[0] > 3 ? (.infinity, [0]) : (-$0[0], [-1]) }, from: [1])
        #expect(value.isFinite && point[0] <= 3 && point[0] > 1)
    }
}
