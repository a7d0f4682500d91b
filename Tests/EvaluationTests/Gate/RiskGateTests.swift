import Evaluation
import Testing

/// A gate that compares what the scores come to where that is not their mean.
@Suite struct RiskGateTests {
    private func gate(_ risk: RiskMeasure?, _ direction: MetricDirection = .maximize) -> Gate {
        var gate = Gate("quality", direction)
        gate.risk = risk
        return gate
    }

    private func sheet(_ scores: [Double]) -> ScoreSheet {
        ScoreSheet(Dictionary(uniqueKeysWithValues: scores.enumerated().map { ("\(1_000 + $0)", $1) }))
    }

    /// A tenth at 0, the rest at .9.
    private let daring = (0..<60).map { $0 % 10 == 0 ? 0.0 : 0.9 }
    private let steady = [Double](repeating: 0.8, count: 60)

    /// .45 to .80 shows in sixty examples; .75 to .80 takes more.
    @Test func theSteadyIsPromotedByWhatTheMixedMeasureSays() {
        let (daring, steady) = (
            Array(repeating: daring, count: 5).flatMap(\.self), [Double](repeating: 0.8, count: 300)
        )
        let test = SwapTest(
            winner: steady, incumbent: daring, measure: .mixed, draws: 999, generator: SeededGenerator(seed: 1))
        #expect(test.pValueForGreater <= 0.05 && test.interval().lower > 0)
        #expect((test.incumbent * 1000).rounded() == 750 && (test.winner * 1000).rounded() == 800)
    }

    @Test func theSteadyIsPromotedByRiskAndNotByItsMean() throws {
        let (risk, before) = (RiskMeasure.tail(share: 0.2), 0.45)
        let mean = gate(nil).verdict(for: sheet(steady), against: sheet(daring))
        #expect(mean.decision != .promote && mean.measure == nil && mean.difference < 0)
        #expect(gate(.mean).verdict(for: sheet(steady), against: sheet(daring)) == mean)
        let verdict = gate(risk).verdict(for: sheet(steady), against: sheet(daring))
        #expect(verdict.decision == .promote && verdict.test == .swap && verdict.pValue <= 0.05)
        let compared = try #require(verdict.compared)
        #expect(compared.name == "\(risk.summary) of quality" && gate(risk).compared == compared.name)
        #expect((compared.incumbent * 100).rounded() == (before * 100).rounded() && abs(compared.winner - 0.8) < 1e-12)
        #expect(abs(verdict.difference - (compared.winner - compared.incumbent)) < 1e-12)
        #expect(try #require(verdict.interval).lower > 0)
        #expect(abs(try #require(verdict.incumbentMean) - 0.81) < 1e-12, "means stay those of all examples")
        #expect(Verdict(recorded: verdict.recorded) == verdict)
        // The other way round it is shown to be worse, and mirrored it is shown to be better.
        #expect(gate(risk).verdict(for: sheet(daring), against: sheet(steady)).decision == .keep)
        let errors = gate(risk, .minimize)
            .verdict(for: sheet(steady.map { 1 - $0 }), against: sheet(daring.map { 1 - $0 }))
        #expect(errors.decision == .promote && abs(errors.difference + verdict.difference) < 1e-12)
        #expect((try #require(errors.interval)).upper < 0)
    }

    @Test func whatCouldNotBeScoredCountsAgainstTheWinner() {
        var gaps = sheet(steady)
        for place in 0..<30 { gaps.add(nil, for: "hard \(place)") }
        var other = sheet(daring)
        for place in 0..<30 { other.add(0.9, for: "hard \(place)") }
        #expect(gate(.tail(share: 0.2)).verdict(for: gaps, against: other).decision == .inconclusive)
    }

    /// Every way to turn six pairs round is as likely as any other where the candidates are alike: of all 64 no more than
    /// alpha may look better. No draw and no margin is in this.
    @Test(arguments: 0..<8) func ofAllSwapsNoMoreThanAlphaLookBetter(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pairs = (0..<6).map { _ in
            seed.isMultiple(of: 2)
                ? (random.uniform(), random.uniform()) : (random.chance(0.6) ? 1.0 : 0, random.chance(0.6) ? 1.0 : 0)
        }
        for risk in [RiskMeasure.tail(share: 0.25), .tail(share: 0), .mixed, .mean] {
            let values = (0..<64).map { way in
                let turned = pairs.enumerated().map { way >> $0 & 1 == 1 ? ($1.1, $1.0) : $1 }
                let test = SwapTest(
                    winner: turned.map(\.0), incumbent: turned.map(\.1), measure: risk, draws: 99,
                    generator: random.stream("swap"))
                return (better: test.pValueForGreater, worse: test.pValueForLess)
            }
            for alpha in [0.01, 0.05, 0.1, 0.2] {
                #expect(Double(values.count { $0.better <= alpha }) <= 64 * alpha + 1e-9, "\(risk) \(alpha)")
                #expect(Double(values.count { $0.worse <= alpha }) <= 64 * alpha + 1e-9, "\(risk) \(alpha)")
            }
        }
    }

    @Test(arguments: 0..<30) func intervalsAndPValuesNeverContradictEachOther(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = 1 + random.index(below: 40)
        let gain = random.uniform(in: -0.4...0.4)
        let incumbent = (0..<count).map { _ in random.uniform() }
        let winner = incumbent.map { $0 + gain + 0.3 * random.normal() }
        for risk in [RiskMeasure.tail(share: 0.3), .mixed] {
            let test = SwapTest(
                winner: winner, incumbent: incumbent, measure: risk, draws: 399, generator: random.stream("draws"))
            #expect(abs(test.winner - (risk(winner) ?? .nan)) < 1e-12)
            #expect(abs(test.incumbent - (risk(incumbent) ?? .nan)) < 1e-12)
            for level in [0.01, 0.05, 0.2] {
                let interval = test.interval(confidence: 1 - 2 * level)
                if test.pValueForGreater <= level { #expect(interval.lower > 0 && test.pValueForLess > level) }
                if test.pValueForLess <= level { #expect(interval.upper < 0) }
            }
        }
    }

    @Test func theExamplesThatWouldDecideGetFewerAsTheGainGrows() throws {
        var random = SeededGenerator(seed: 5)
        let incumbent = (0..<60).map { _ in random.uniform() }
        let noise = incumbent.map { _ in 0.2 * random.normal() }
        let needed = try [0.05, 0.1, 0.3].map { gain in
            let winner = zip(incumbent, noise).map { $0 + gain + $1 }
            let test = SwapTest(
                winner: winner, incumbent: incumbent, measure: .mixed, draws: 499, generator: random.stream("n"))
            return try #require(test.sampleSize())
        }
        #expect(needed == needed.sorted(by: >) && Set(needed).count == 3)
        let same = SwapTest(
            winner: incumbent, incumbent: incumbent, measure: .mixed, draws: 99, generator: random.stream("same"))
        #expect(same.sampleSize() == nil && same.pValueForGreater == 1 && same.difference == 0)
    }

    @Test(arguments: 0..<20) func whatScoresCountAddsUpToOne(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let scores = (0..<(1 + random.index(below: 30))).map { _ in random.uniform() }.sorted()
        for risk in [RiskMeasure.mean, .tail(share: 0), .tail(share: random.uniform()), .mixed] {
            let weights = risk.weights(count: scores.count)
            #expect(abs(weights.reduce(0, +) - 1) < 1e-9)
            let sum = zip(weights, scores).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(sum - (risk(scores) ?? .nan)) < 1e-12)
        }
    }
}
