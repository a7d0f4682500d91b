import Evaluation
import Testing

@Suite struct RiskMeasureTests {
    /// A tenth at 0, the rest at .9.
    private let daring = [0.0] + [Double](repeating: 0.9, count: 9)
    private let steady = [Double](repeating: 0.8, count: 10)

    @Test func theMeanPrefersTheDaringAndRiskTheSteady() throws {
        func shown(_ measure: RiskMeasure, _ scores: [Double]) throws -> Double {
            (try #require(measure(scores)) * 100).rounded() / 100
        }
        #expect(try shown(.mean, daring) == 0.81 && shown(.mean, steady) == 0.8)
        #expect(try shown(.tail(share: 0.2), daring) == 0.45 && shown(.tail(share: 0.2), steady) == 0.8)
        #expect(try shown(.mixed, daring) == 0.75 && shown(.mixed, steady) == 0.8)
    }

    @Test(arguments: 0..<20) func measuresLieBetweenTheWorstAndTheMean(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scores = (0..<(1 + random.index(below: 30))).map { _ in random.uniform() }
        let mean = try #require(RiskMeasure.mean(scores))
        let worst = scores.min() ?? 0
        for share in [0.05, 0.3, 0.9] {
            let tail = try #require(RiskMeasure.tail(share: share)(scores))
            #expect(tail >= worst - 1e-12 && tail <= mean + 1e-12)
        }
        #expect(abs((RiskMeasure.tail(share: 1)(scores) ?? 0) - mean) < 1e-12)
        #expect(RiskMeasure.tail(share: 0)(scores) == worst)
        #expect(abs((RiskMeasure.mixed(low: 0.2, high: 1, weight: 0)(scores) ?? 0) - mean) < 1e-12)
    }

    @Test func nothingHasNoRisk() { #expect(RiskMeasure.mixed([]) == nil) }

    @Test("what counts nothing may be infinitely bad") func gaps() {
        let scores = [-Double.infinity, 0.5, 1, 1, 1]
        #expect(RiskMeasure.tail(share: 0.2)(scores) == -.infinity)
        let best = RiskMeasure.mixed(low: 0, high: 1, weight: 0)(scores)
        #expect(best == -.infinity)
        #expect(RiskMeasure.mixed(low: 0.2, high: 0.8, weight: 0.5)([0, 0, 1, 1, .infinity]).map { $0.isNaN } == false)
        #expect(RiskMeasure.tail(share: 0.5)([0.25, 0.5, .infinity, .infinity]) == 0.375)
    }
}
