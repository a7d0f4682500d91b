import Evaluation
import Testing

/// Reference values from SciPy 1.17: binom.sf and binomtest (McNemar), ttest_1samp, permutation_test, bootstrap.
@Suite struct PairedTests {
    static let differences = PairedDifferences([0.1, -0.2, 0.35, 0.05, 0.4, -0.1, 0.25, 0.3, 0, 0.15])

    @Test(arguments: [
        (12, 3, 0.017578125, 0.03515625), (5, 1, 0.109375, 0.21875), (30, 18, 0.05570144553050939, 0.11140289106101878),
        (0, 0, 1, 1),
    ]) func mcNemar(fixes: Int, breaks: Int, oneSided: Double, twoSided: Double) {
        let outcomes = PairedOutcomes(fixes: fixes, breaks: breaks, of: 100)
        #expect(abs(outcomes.pValueForBetter - oneSided) < 1e-12)
        #expect(abs(outcomes.twoSidedPValue - twoSided) < 1e-12)
        let mirrored = PairedOutcomes(fixes: breaks, breaks: fixes, of: 100)
        #expect(mirrored.pValueForWorse == outcomes.pValueForBetter)
    }

    /// The hull of Tango's limits and the conditional ones, both computed independently.
    @Test(arguments: [
        (12, 3, 50, 0.03612933841106631, 0.30497452913788),
        (30, 18, 200, -0.0018319179405325236, 0.11774993840202895),
        (2, 0, 60, -0.0184262134833334, 0.09584433533749646),
    ]) func intervalOfBinaryPairs(fixes: Int, breaks: Int, count: Int, lower: Double, upper: Double) {
        let interval = PairedOutcomes(fixes: fixes, breaks: breaks, of: count).interval()
        #expect(abs(interval.lower - lower) < 1e-9 && abs(interval.upper - upper) < 1e-9, "\(interval)")
    }

    @Test func intervalNeverClaimsMoreThanTheTest() {
        for count in [5, 20, 60] {
            for fixes in 0...count {
                for breaks in 0...(count - fixes) where fixes + breaks > 0 {
                    let outcomes = PairedOutcomes(fixes: fixes, breaks: breaks, of: count)
                    let interval = outcomes.interval()
                    #expect(interval.contains(outcomes.difference))
                    if interval.lower > 1e-9 { #expect(outcomes.pValueForBetter <= 0.05) }
                }
            }
        }
    }

    @Test func withoutChangesTheIntervalStillHasWidth() {
        let interval = PairedOutcomes(fixes: 0, breaks: 0, of: 40).interval()
        #expect(interval.lower < -0.03 && interval.upper > 0.03 && interval.upper < 0.1)
    }

    @Test func student() throws {
        #expect(abs(Self.differences.pValueForGreater - 0.03354188388959) < 1e-12)
        #expect(abs(Self.differences.pValueForLess - (1 - 0.03354188388959)) < 1e-12)
        let interval = Self.differences.interval()
        #expect(abs(interval.lower - 0.015522134047235778) < 1e-12)
        #expect(abs(interval.upper - 0.24447786595276416) < 1e-12)
        #expect(abs(try #require(Self.differences.sample.variance) - 0.039) < 1e-15)
        #expect(abs(try #require(Self.differences.sample.skewness) + 0.21076697167507158) < 1e-12)
        #expect(abs(try #require(Self.differences.sample.quantile(0.83)) - 0.3235) < 1e-12)
        // 15.62 from the formula, rounded up.
        #expect(Self.differences.sampleSize() == 16)
    }

    @Test func signFlipsEqualTheFullPermutationTest() {
        let test = SignFlipTest(Self.differences, generator: SeededGenerator(seed: 1))
        #expect(test.pValueForGreater == 0.041015625)
    }

    @Test func drawnSignFlipsComeNearStudent() {
        var generator = SeededGenerator(seed: 2)
        let differences = PairedDifferences((0..<60).map { _ in generator.normal() + 0.2 })
        let test = SignFlipTest(differences, generator: generator.stream("test"))
        #expect(abs(test.pValueForGreater - differences.pValueForGreater) < 0.01)
        let interval = test.interval()
        #expect(abs(interval.lower - differences.interval().lower) < 0.03)
        #expect(abs(interval.upper - differences.interval().upper) < 0.03)
    }

    @Test func signFlipIntervalAndPValueNeverContradict() {
        var generator = SeededGenerator(seed: 3)
        for size in [1, 3, 5, 8, 12, 20] {
            for _ in 0..<10 {
                let values = (0..<size).map { _ in generator.normal() + 0.5 }
                let test = SignFlipTest(PairedDifferences(values), draws: 199, generator: generator)
                #expect((test.pValueForGreater <= 0.05) == (test.interval().lower > 0))
                #expect((test.pValueForLess <= 0.05) == (test.interval().upper < 0))
            }
        }
    }

    @Test func aBootstrapOfAFewPairsIsNotSureOfAnything() {
        for count in 1...4 {
            let bootstrap = PairedBootstrap(
                PairedDifferences((0..<count).map { _ in 1.0 }), generator: SeededGenerator(seed: 1))
            #expect(bootstrap.pValueForGreater >= 1 / Double(1 << count))
        }
        let wide = PairedBootstrap(Self.differences, generator: SeededGenerator(seed: 4)).interval(confidence: 1)
        #expect(wide.lower <= wide.upper)
        #expect(Sample([1, 2, 3]).quantile(.nan) == nil)
    }

    @Test func bootstrapIsNearTheReference() {
        let bootstrap = PairedBootstrap(Self.differences, generator: SeededGenerator(seed: 4))
        let interval = bootstrap.interval()
        #expect(abs(interval.lower - 0.025) < 0.011 && abs(interval.upper - 0.22) < 0.011, "\(interval)")
        #expect(bootstrap == PairedBootstrap(Self.differences, generator: SeededGenerator(seed: 4)))
    }

    /// The planning table: fixes and breaks per 100 examples, one-sided 5 %, power 80 %.
    @Test(arguments: [(0.15, 0.10, 616), (0.20, 0.10, 183), (0.25, 0.10, 94)])
    func plannedSizes(fixRate: Double, breakRate: Double, count: Int) throws {
        let design = PairedDesign(fixRate: fixRate, breakRate: breakRate)
        #expect(design.sampleSize() == count)
        #expect(abs(design.power(sampleSize: count) - 0.8) < 0.002)
        #expect(PairedDesign(fixRate: 0.1, breakRate: 0.1).sampleSize() == nil)
    }
}
