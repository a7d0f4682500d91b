import Evaluation
import Testing

@Suite struct CostCeilingTests {
    @Test(arguments: [
        (12, 200, 0.09540141772987734), (4, 100, 0.08919625015887987), (0, 50, 0.05815507911697225),
    ]) func binaryCostsHaveTheExactBound(cost: Int, count: Int, bound: Double) throws {
        let values = (0..<count).map { $0 < cost ? 1.0 : 0 }
        let verdict = CostCeiling("errors", limit: 0.1).verdict(for: values)
        #expect(verdict.method == .clopperPearson && verdict.isHeld)
        #expect(abs(try #require(verdict.upperBound) - bound) < 1e-12)
        #expect(!CostCeiling("errors", limit: bound - 1e-6).verdict(for: values).isHeld)
    }

    @Test func methodsFollowTheValues() {
        let values = [0.1, 0.4, 0.2, 0.9]
        #expect(CostCeiling("c", limit: 1).verdict(for: values).method == .student)
        #expect(CostCeiling("c", limit: 1, range: 0...5).verdict(for: values).method == .empiricalBernstein)
        #expect(CostCeiling("c", limit: 9, range: 0...5).verdict(for: [0, 1]).method == .empiricalBernstein)
    }

    @Test func tooFewValuesHoldNothing() {
        #expect(!CostCeiling("c", limit: 1).verdict(for: [Double]()).isHeld)
        #expect(!CostCeiling("c", limit: 1).verdict(for: [0.5]).isHeld)
        let verdict = CostCeiling("c", limit: 1).verdict(for: [0.5, .nan, 0.25, 0.5])
        #expect(verdict.count == 3 && verdict.missing == 1)
    }

    @Test func aPromotionStandsOnlyUnderItsCeilings() {
        let winner = ScoreSheet(Dictionary(uniqueKeysWithValues: (0..<20).map { ("\($0)", 1.0) }))
        let incumbent = ScoreSheet(Dictionary(uniqueKeysWithValues: (0..<20).map { ("\($0)", 0.0) }))
        let verdict = Gate("accuracy").verdict(for: winner, against: incumbent)
        let costs = [0.5, 0.7, 0.6, 0.8]
        let held = verdict.holding([CostCeiling("cost", limit: 2).verdict(for: costs)])
        #expect(held.decision == .promote && held.ceilings.count == 1)
        let unsure = verdict.holding([CostCeiling("cost", limit: 0.7).verdict(for: costs)])
        #expect(unsure.decision == .inconclusive)
        let broken = verdict.holding([CostCeiling("cost", limit: 0.5).verdict(for: costs)])
        #expect(broken.decision == .keep && broken.reasons.last?.contains("cost") == true)
    }
}
