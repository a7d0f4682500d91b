import Evaluation
import Foundation
import Testing

/// Seeded simulations of whole selections: what the gate promises must hold in the long run.
@Suite struct GateSimulationTests {
    /// Selects the best of 1…20 candidates that are all like the incumbent on validation, then asks the gate.
    private func falsePromotions(
        runs: Int, seed: UInt64, gate: Gate, score: (inout SeededGenerator) -> Double
    ) -> (share: Double, flattery: Double) {
        var generator = SeededGenerator(seed: seed)
        var promoted = 0
        var flattery = 0.0
        for _ in 0..<runs {
            let candidates = 1 + generator.index(below: 20)
            var best = -Double.infinity
            for _ in 0..<candidates {
                best = max(best, (0..<25).reduce(0) { sum, _ in sum + score(&generator) } / 25)
            }
            var winner: [String: Double] = [:]
            var incumbent: [String: Double] = [:]
            for example in 0..<60 {
                winner["\(example)"] = score(&generator)
                incumbent["\(example)"] = score(&generator)
            }
            let verdict = gate.verdict(for: ScoreSheet(winner), against: ScoreSheet(incumbent))
            if verdict.decision == .promote { promoted += 1 }
            flattery += best - (verdict.winnerMean ?? 0)
        }
        return (Double(promoted) / Double(runs), flattery / Double(runs))
    }

    @Test func binaryNoOpsAreRarelyPromoted() {
        let result = falsePromotions(runs: 2_000, seed: 41, gate: Gate("accuracy")) { $0.chance(0.6) ? 1 : 0 }
        #expect(result.share <= 0.05, "\(result)")
        // Selection flatters; the hold-out does not.
        #expect(result.flattery > 0.08)
    }

    /// Twenty candidates that are right six times in ten, on fifty examples: the best of them looks like .727.
    @Test func selectionFlattersByTheKnownNumber() {
        let one = BinomialDistribution(trials: 50, probability: 0.6)
        let best = (0..<50).reduce(0) { $0 + 1 - pow(one.cumulative($1), 20) } / 50
        #expect((best * 1000).rounded() == 727)
        var random = SeededGenerator(seed: 48)
        let rounds = 2_000
        let drawn = (0..<rounds).reduce(0.0) { sum, _ in
            sum + Double((0..<20).map { _ in (0..<50).count { _ in random.chance(0.6) } }.max() ?? 0) / 50
        }
        #expect(abs(drawn / Double(rounds) - best) < 0.003)
    }

    @Test func realNoOpsAreRarelyPromoted() {
        let result = falsePromotions(runs: 2_000, seed: 42, gate: Gate("f1")) { $0.uniform() }
        #expect(result.share <= 0.05 + 0.015 && result.share > 0.02, "\(result)")
    }

    /// Grades in steps of a half, as two repeats of 0/1 scores have: given how many examples changed, each change is a gain or
    /// a loss with even chance, so the probability of a false promotion is a sum over the gains. Student's t would find 6.6 %
    /// in 36 changes.
    @Test(arguments: [(36, 36), (40, 36), (60, 55), (31, 12)]) func gradesInStepsStayWithinAlpha(
        _ count: Int, _ changed: Int
    ) {
        let gate = Gate("grade")
        let signs = BinomialDistribution(trials: changed, probability: 0.5)
        var (promoted, isFound) = (0.0, false)
        // Fewer gains than losses are never promoted; so many as these always.
        for gains in (changed / 2)...(changed / 2 + changed / 3) {
            let winner = (0..<count).map { $0 < gains ? 1.0 : $0 < changed ? 0.5 : 0.5 }
            let incumbent = (0..<count).map { $0 < gains ? 0.5 : $0 < changed ? 1.0 : 0.5 }
            func sheet(_ scores: [Double]) -> ScoreSheet {
                ScoreSheet(Dictionary(uniqueKeysWithValues: scores.enumerated().map { ("\($0)", $1) }))
            }
            let verdict = gate.verdict(for: sheet(winner), against: sheet(incumbent))
            #expect(verdict.test == .signFlip)
            #expect(!isFound || verdict.decision == .promote, "more gains are no weaker")
            isFound = verdict.decision == .promote
            if isFound { promoted += signs.mass(gains) }
        }
        promoted += signs.atLeast(changed / 2 + changed / 3 + 1)
        #expect(isFound && promoted <= gate.alpha, "\(promoted)")
    }

    @Test func smallSkewedNoOpsAreRarelyPromoted() {
        var generator = SeededGenerator(seed: 43)
        var promoted = 0
        for _ in 0..<2_000 {
            var winner: [String: Double] = [:]
            var incumbent: [String: Double] = [:]
            for example in 0..<9 {
                let draws = [generator.uniform(), generator.uniform()].map { $0 * $0 * $0 * $0 * $0 }
                winner["\(example)"] = draws[0]
                incumbent["\(example)"] = draws[1]
            }
            let verdict = Gate("f1").verdict(for: ScoreSheet(winner), against: ScoreSheet(incumbent))
            if verdict.decision == .promote { promoted += 1 }
        }
        #expect(Double(promoted) / 2_000 <= 0.05 + 0.015)
    }

    @Test func manyLooksStayWithinAlphaWhenItIsSpent() {
        var generator = SeededGenerator(seed: 44)
        var runsWithPromotion = 0
        for _ in 0..<500 {
            var spending = AlphaSpending(0.05, .endless)
            let incumbent = (0..<50).map { _ in generator.chance(0.5) ? 1.0 : 0 }
            var isPromoted = false
            for _ in 0..<10 {
                let fixes = incumbent.filter { $0 == 0 && generator.chance(0.5) }.count
                let breaks = incumbent.filter { $0 == 1 && generator.chance(0.5) }.count
                let p = PairedOutcomes(fixes: fixes, breaks: breaks, of: 50).pValueForBetter
                if p <= spending.next() { isPromoted = true }
            }
            if isPromoted { runsWithPromotion += 1 }
        }
        #expect(Double(runsWithPromotion) / 500 <= 0.05 + 0.03)
    }

    @Test func plannedSizesHaveTheirPower() {
        var generator = SeededGenerator(seed: 45)
        var promoted = 0
        for _ in 0..<2_000 {
            var fixes = 0
            var breaks = 0
            for _ in 0..<183 {
                let draw = generator.uniform()
                if draw < 0.2 { fixes += 1 } else if draw < 0.3 { breaks += 1 }
            }
            if PairedOutcomes(fixes: fixes, breaks: breaks, of: 183).pValueForBetter <= 0.05 { promoted += 1 }
        }
        // The exact test is a little more careful than the formula's.
        #expect(abs(Double(promoted) / 2_000 - 0.78) < 0.04)
    }

    @Test func ceilingsAtTheLimitRarelyShip() {
        let ceiling = CostCeiling("error rate", limit: 0.10)
        var generator = SeededGenerator(seed: 46)
        var atLimit = 0
        var below = 0
        var naive = 0
        for _ in 0..<2_000 {
            let values = (0..<200).map { _ in generator.chance(0.10) ? 1.0 : 0 }
            if ceiling.verdict(for: values).isHeld { atLimit += 1 }
            if values.reduce(0, +) / 200 <= 0.10 { naive += 1 }
            let better = (0..<200).map { _ in generator.chance(0.04) ? 1.0 : 0 }
            if ceiling.verdict(for: better).isHeld { below += 1 }
        }
        // Exactly .032, .940 and .559 (SciPy's binom.cdf).
        #expect(Double(atLimit) / 2_000 <= 0.05)
        #expect(abs(Double(below) / 2_000 - 0.94) < 0.02)
        #expect(abs(Double(naive) / 2_000 - 0.559) < 0.04)
    }

    @Test func realCostsAtTheLimitRarelyShip() {
        var generator = SeededGenerator(seed: 47)
        var shipped = [0, 0]
        for _ in 0..<1_000 {
            let costs = (0..<60).map { _ in generator.uniform(in: 0...2) }
            if CostCeiling("cost", limit: 1).verdict(for: costs).isHeld { shipped[0] += 1 }
            if CostCeiling("cost", limit: 1, range: 0...2).verdict(for: costs).isHeld { shipped[1] += 1 }
        }
        #expect(Double(shipped[0]) / 1_000 <= 0.05 + 0.021)
        #expect(Double(shipped[1]) / 1_000 <= 0.05)
    }
}
