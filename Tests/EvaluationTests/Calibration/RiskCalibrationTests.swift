import Evaluation
import Testing

@Suite struct RiskCalibrationTests {
    @Test func violatorsArePooled() {
        let fit = IsotonicFit([(1, 1, 1), (2, 3, 1), (3, 2, 1), (4, 5, 1)])
        #expect(fit.blocks.map(\.value) == [1, 2.5, 5])
        #expect(fit(2.5) == 2.5 && fit(0) == 1 && fit(9) == 5)
        #expect(fit(3.5) == 3.75)
        #expect(IsotonicFit([])(1) == nil)
    }

    @Test(arguments: 0..<10) func fitsRiseKeepTheMeanAndAreNearest(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let points = (0..<40).map { _ in
            (x: random.uniform(), y: random.chance(0.5) ? 1.0 : 0, weight: random.uniform(in: 0.5...2))
        }
        let fit = IsotonicFit(points)
        #expect(zip(fit.blocks, fit.blocks.dropFirst()).allSatisfy { $0.value < $1.value && $0.end < $1.start })
        let mean = points.reduce(0) { $0 + $1.y * $1.weight }
        let fitted = fit.blocks.reduce(0) { $0 + $1.value * $1.weight }
        #expect(abs(mean - fitted) < 1e-9)
        func loss(_ value: (Double) -> Double) -> Double {
            points.reduce(0) { $0 + $1.weight * ($1.y - value($1.x)) * ($1.y - value($1.x)) }
        }
        let best = loss { fit($0) ?? 0 }
        for step in [0.1, 0.4, 0.7] { #expect(best <= loss { $0 < step ? 0.3 : 0.7 } + 1e-9) }
    }

    @Test func probabilitiesComeOutOfRawScores() throws {
        var random = SeededGenerator(seed: 3)
        let outcomes = (0..<4_000).map { _ -> (score: Double, isHarmful: Bool) in
            let score = random.uniform()
            return (10 * score, random.chance(score * score))
        }
        let calibration = RiskCalibration(outcomes)
        for score in [0.3, 0.5, 0.8] {
            #expect(abs(try #require(calibration.probability(10 * score)) - score * score) < 0.07)
        }
        let thresholds = try RiskCalibration.Strictness.allCases.map { strictness in
            let threshold = calibration.threshold(strictness)
            #expect(threshold.upperBound <= strictness.tolerance)
            return try #require(threshold.score)
        }
        #expect(thresholds == thresholds.sorted() && Set(thresholds).count == 3)
    }

    @Test func withTooFewOutcomesNothingPasses() {
        let few = RiskCalibration([(0.1, false), (0.2, false), (0.9, true)])
        #expect(few.threshold(.strict).score == nil)
        #expect(RiskCalibration([]).probability(1) == nil)
    }
}
