import Evaluation
import Foundation
import Testing

@Suite struct FinalistTests {
    /// So many examples only the winner gets right, so many only the incumbent, of `count`.
    private static func sheets(fixes: Int, breaks: Int, of count: Int = 60) -> (
        winner: ScoreSheet, incumbent: ScoreSheet
    ) {
        var (winner, incumbent) = ([String: Double](), [String: Double]())
        for example in 0..<count {
            let name = "\(1_000 + example)"
            winner[name] = example < fixes ? 1 : example < fixes + breaks ? 0 : 1
            incumbent[name] = example < fixes ? 0 : 1
        }
        return (ScoreSheet(winner), ScoreSheet(incumbent))
    }

    /// Against an incumbent that gets the first `wrong` examples wrong.
    private static func scores(wrong: Set<Int>, of count: Int = 60) -> ScoreSheet {
        ScoreSheet(Dictionary(uniqueKeysWithValues: (0..<count).map { ("\(1_000 + $0)", wrong.contains($0) ? 0 : 1) }))
    }

    @Test func holmIsBetweenBonferroniAndNothing() {
        let findings = HolmCorrection.findings([0.04, 0.01, 0.03, 0.2], alpha: 0.05)
        #expect(findings.map(\.isFound) == [false, true, false, false])
        #expect(findings[1].level == 0.0125)
        #expect(HolmCorrection.findings([0.01, 0.02, 0.04], alpha: 0.05).map(\.isFound) == [true, true, true])
        #expect(HolmCorrection.findings([0.05], alpha: 0.05).map(\.isFound) == [true])
        // A smaller one that fails takes the larger ones with it.
        #expect(HolmCorrection.findings([0.03, 0.04], alpha: 0.05).map(\.isFound) == [false, false])
    }

    @Test func oneFinalistIsTestedAsAlways() {
        let (winner, incumbent) = Self.sheets(fixes: 12, breaks: 3)
        let gate = Gate("accuracy")
        #expect(
            gate.verdicts(for: [.init(winner)], against: incumbent) == [gate.verdict(for: winner, against: incumbent)])
    }

    @Test func amongManyTheSameGainHasToBeClearer() {
        let incumbent = Self.scores(wrong: Set(0..<30))
        let good = Self.scores(wrong: Set(12..<30).union(40..<43))
        let gate = Gate("accuracy")
        #expect(gate.verdicts(for: [.init(good)], against: incumbent)[0].decision == .promote)
        let others = (0..<9).map { _ in Gate.Finalist(incumbent) }
        let verdicts = gate.verdicts(for: [.init(good)] + others, against: incumbent)
        #expect(verdicts[0].decision == .inconclusive && verdicts[0].alpha == 0.005)
        #expect(gate.choice(among: [.init(good)] + others, verdicts) == nil)
    }

    @Test func theCheapestThatIsNotWorseWinsWhereThriftIsAskedFor() {
        let gate = Gate("accuracy")
        let incumbent = Self.scores(wrong: Set(0..<30))
        let finalists: [Gate.Finalist] = [
            .init(Self.scores(wrong: []), cost: 10), .init(Self.scores(wrong: [0, 1]), cost: 3),
            .init(Self.scores(wrong: Set(0..<15)), cost: 1), .init(Self.scores(wrong: [3])),
        ]
        let verdicts = gate.verdicts(for: finalists, against: incumbent)
        #expect(verdicts.allSatisfy { $0.decision == .promote })
        #expect(gate.choice(among: finalists, verdicts) == 0)
        #expect(gate.choice(among: finalists, verdicts, thrifty: true) == 1)
    }

    @Test("a limit that rules out the best leaves the choice to those that hold it, cheap or not")
    func limits() {
        let gate = Gate("accuracy")
        let incumbent = Self.scores(wrong: Set(0..<30))
        var random = SeededGenerator(seed: 11)
        var ruledOut = 0
        for _ in 0..<200 {
            let count = 2 + random.index(below: 4)
            let finalists = (0..<count).map { _ in
                Gate.Finalist(
                    Self.scores(wrong: Set(0..<random.index(below: 24))), cost: Double(random.index(below: 9)))
            }
            let limits = (0..<count).map { _ in
                let spent = random.chance(0.4) ? 120.0 : 80
                return CostCeiling("tokens", limit: 100).verdict(
                    for: ScoreSheet(Dictionary(uniqueKeysWithValues: (0..<60).map { ("\($0)", spent) })))
            }
            let verdicts = zip(gate.verdicts(for: finalists, against: incumbent), limits).map { $0.holding([$1]) }
            for (verdict, limit) in zip(verdicts, limits) where !limit.isHeld { #expect(verdict.decision == .keep) }
            let able = finalists.indices.filter { verdicts[$0].decision == .promote }
            let most = able.map { verdicts[$0].improvement }.max()
            let choice = gate.choice(among: finalists, verdicts)
            #expect(choice.map { verdicts[$0].improvement } == most)
            for thrifty in [false, true] {
                let choice = gate.choice(among: finalists, verdicts, thrifty: thrifty)
                #expect((choice == nil) == able.isEmpty)
                if let choice { #expect(able.contains(choice) && limits[choice].isHeld) }
            }
            let best = finalists.indices.max { verdicts[$0].improvement < verdicts[$1].improvement }
            if let best, !limits[best].isHeld, choice != nil { ruledOut += 1 }
        }
        #expect(ruledOut > 20, "the case is there")
    }

    @Test("costs of finalists are all dollars or all tokens")
    func units() {
        let tokens: [Double?] = [500, 40, nil]
        #expect(Gate.Finalist.costs(dollars: [0.002, 0.001, 0.003], tokens: tokens) == [0.002, 0.001, 0.003])
        #expect(Gate.Finalist.costs(dollars: [0.002, nil, 0.001], tokens: tokens) == tokens, "one without a price")
        #expect(Gate.Finalist.costs(dollars: [0, 0, 0], tokens: tokens) == tokens, "all are free")
        #expect(Gate.Finalist.costs(dollars: [0, 0.1, 0], tokens: tokens) == [0, 0.1, 0])
    }

    @Test func thePlanningTableIsTheKnownOne() {
        #expect(PairedDesign.planningTable().map(\.count) == [616, 183, 94])
        #expect(PairedDesign.smallestGain(sampleSize: 200) == 0.1)
        #expect(PairedDesign.smallestGain(sampleSize: 3) == nil)
    }

    /// The same without a draw: the probability itself that any of so many candidates, all like the incumbent and tested on
    /// one hold-out, is promoted. Given the incumbent's answers the candidates are independent.
    @Test(arguments: [0.1, 0.4, 0.6, 0.9, 0.98], [12, 60])
    func theProbabilityOfAnyFalsePromotionIsWithinAlpha(_ accuracy: Double, _ examples: Int) {
        let gate = Gate("accuracy")
        let p = (0...examples).map { fixes in
            (0...(examples - fixes)).map { PairedOutcomes(fixes: fixes, breaks: $0, of: examples).pValueForBetter }
        }
        let right = BinomialDistribution(trials: examples, probability: accuracy)
        var largest = 0.0
        for count in 1...50 {
            // The smallest of so many p values is held against this; where it fails, all do.
            let level = HolmCorrection.findings([0] + [Double](repeating: 1, count: count - 1), alpha: gate.alpha)[0]
                .level
            var any = 0.0
            for wrong in 0...examples {
                let fixed = BinomialDistribution(trials: wrong, probability: accuracy)
                let broken = BinomialDistribution(trials: examples - wrong, probability: 1 - accuracy)
                let one = (0...wrong).reduce(0.0) { sum, fixes in
                    // More breaks never help.
                    let most = (0...(examples - wrong)).prefix { p[fixes][$0] <= level }.count - 1
                    return most < 0 ? sum : sum + fixed.mass(fixes) * broken.cumulative(most)
                }
                any += right.mass(examples - wrong) * (1 - pow(1 - one, Double(count)))
            }
            #expect(any <= gate.alpha, "\(count) candidates: \(any)")
            largest = max(largest, any)
        }
        if examples == 60, (0.3...0.7).contains(accuracy) { #expect(largest > 0.02, "the test still finds something") }
    }

    /// Every number of candidates from 1 to 50, all like the incumbent. Sixty hold-out examples are the bits of a word.
    @Test func noOpsAreRarelyPromotedHoweverManyThereAre() {
        let gate = Gate("accuracy")
        var known: [Int: Verdict] = [:]
        func verdict(_ winner: UInt64, _ incumbent: UInt64) -> Verdict {
            let (fixes, breaks) = ((winner & ~incumbent).nonzeroBitCount, (incumbent & ~winner).nonzeroBitCount)
            if let verdict = known[64 * fixes + breaks] { return verdict }
            let sheets = Self.sheets(fixes: fixes, breaks: breaks)
            let verdict = gate.verdict(for: sheets.winner, against: sheets.incumbent)
            known[64 * fixes + breaks] = verdict
            return verdict
        }
        let (holdout, validation): (UInt64, UInt64) = ((1 << 60) - 1, (1 << 25) - 1)
        var random = SeededGenerator(seed: 50)
        let runs = 2_000
        for count in 1...50 {
            var (selected, tested) = (0, 0)
            for _ in 0..<runs {
                let incumbent = random.next() & holdout
                var best: (score: Int, word: UInt64) = (-1, 0)
                var least = 1.0
                for _ in 0..<count {
                    let (seen, word) = ((random.next() & validation).nonzeroBitCount, random.next() & holdout)
                    if seen > best.score { best = (seen, word) }
                    least = min(least, verdict(word, incumbent).pValue)
                }
                // The best on validation alone, and all of them with alpha spent over them.
                if verdict(best.word, incumbent).decision == .promote { selected += 1 }
                let p = [least] + [Double](repeating: 1, count: count - 1)
                if HolmCorrection.findings(p, alpha: gate.alpha).contains(where: \.isFound) { tested += 1 }
            }
            // Alpha itself: an exact test of whole numbers stays below it (here 3.6 % for one candidate).
            #expect(Double(selected) / Double(runs) <= gate.alpha, "\(count) candidates")
            #expect(Double(tested) / Double(runs) <= gate.alpha, "\(count) candidates")
        }
    }
}
