import Evaluation
import Testing

@Suite struct CostCeilingTests {
    @Test(arguments: [
        (12, 200, 0.09540141772987734), (4, 100, 0.08919625015887987), (0, 50, 0.05815507911697225),
    ]) func binaryCostsHaveTheExactBound(cost: Int, count: Int, bound: Double) throws {
        let values = (0..<count).map { $0 < cost ? 1.0 : 0 }
        let verdict = CostCeiling("errors", limit: 0.1).verdict(for: values)
        #expect(verdict.method == .clopperPearson && verdict.isHeld)
        #expect(abs(try #require(verdict.bound) - bound) < 1e-12)
        #expect(!CostCeiling("errors", limit: bound - 1e-6).verdict(for: values).isHeld)
    }

    @Test func methodsFollowTheValues() {
        let values = [0.1, 0.4, 0.2, 0.9]
        #expect(CostCeiling("c", limit: 1).verdict(for: values).method == .student)
        #expect(CostCeiling("c", limit: 1, range: 0...5).verdict(for: values).method == .empiricalBernstein)
        #expect(CostCeiling("c", limit: 9, range: 0...5).verdict(for: [0, 1]).method == .empiricalBernstein)
    }

    /// Dollars and seconds are no proportions, however often they are 0.
    @Test(arguments: Gate.resources) func whatIsFreeHoldsAnyLimit(_ resource: String) {
        let free = [Double](repeating: 0, count: 20)
        let verdict = CostCeiling(resource, limit: 0.001).verdict(for: free)
        #expect(verdict.isHeld && verdict.bound == 0 && verdict.method == .student)
        #expect(
            !CostCeiling("harm", limit: 0.001).verdict(for: free).isHeld, "twenty cases do not show one in a thousand")
        #expect(CostCeiling("price", limit: 0.001, isAmount: true).verdict(for: free).isHeld)
        #expect(!CostCeiling(resource, limit: 0.5).verdict(for: free.enumerated().map { $0.offset < 9 ? 1 : 0 }).isHeld)
    }

    @Test func whatCouldNotBeMeasuredIsNotHeld() {
        let seen = [Double](repeating: 0, count: 40)
        let ceiling = CostCeiling("harm", limit: 0.1)
        #expect(ceiling.verdict(for: seen).isHeld)
        let gaps = ceiling.verdict(for: seen + [Double](repeating: .nan, count: 60))
        #expect(!gaps.isHeld && gaps.missing == 60 && gaps.count == 40 && gaps.mean == 0)
        #expect(gaps.summary.contains("60 without a value"))
        // A few do not matter where the bound stands with all of them counted as the worst.
        #expect(CostCeiling("harm", limit: 0.2).verdict(for: seen + [.nan, .nan]).isHeld)
        #expect(!CostCeiling("tokens", limit: 55).verdict(for: [10, 11, 9, 90] + [.nan, .nan, .nan]).isHeld)
        #expect(!CostCeiling("tokens", limit: 55).verdict(for: [.nan, .nan]).isHeld)
    }

    @Test func aLimitFromBelowIsTheOtherWayRound() throws {
        let values = (0..<100).map { $0 < 96 ? 1.0 : 0 }
        let verdict = CostCeiling("accuracy", limit: 0.9, direction: .maximize).verdict(for: values)
        #expect(verdict.isHeld && !verdict.isBroken)
        #expect(abs(try #require(verdict.bound) - (1 - 0.08919625015887987)) < 1e-12)
        #expect(!CostCeiling("accuracy", limit: 0.92, direction: .maximize).verdict(for: values).isHeld)
        #expect(CostCeiling("accuracy", limit: 0.97, direction: .maximize).verdict(for: values).isBroken)
        let numbers = [0.7, 0.8, 0.75, 0.9, 0.85]
        for range in [nil, 0.0...1] {
            let least = CostCeiling("f1", limit: 0.5, range: range, direction: .maximize).verdict(for: numbers)
            let most = CostCeiling("loss", limit: 0.5, range: range).verdict(for: numbers.map { 1 - $0 })
            #expect(abs(try #require(least.bound) - (1 - (try #require(most.bound)))) < 1e-12)
            #expect(least.isHeld == most.isHeld && least.method == most.method)
        }
        var whole = Gate("f1").verdict(for: ScoreSheet(["a": 1.0]), against: ScoreSheet(["a": 0.0]))
        whole.ceilings = [verdict]
        #expect(Verdict(recorded: whole.recorded) == whole)
    }

    /// One example in twenty-five costs a hundred times what the others do, the mean is the limit itself: Student's bound is
    /// fooled wherever none of the dear ones was seen; a bound for the range is not.
    @Test func skewedCostsFoolStudentAndNotTheRange() {
        var random = SeededGenerator(seed: 14)
        let dear = 0.04
        let limit = dear * 1 + (1 - dear) * 0.01
        var shipped = (student: 0, range: 0)
        let rounds = 1_000
        for _ in 0..<rounds {
            let costs = (0..<30).map { _ in random.chance(dear) ? 1.0 : 0.01 }
            if CostCeiling("cost", limit: limit).verdict(for: costs).isHeld { shipped.student += 1 }
            if CostCeiling("cost", limit: limit, range: 0...1).verdict(for: costs).isHeld { shipped.range += 1 }
        }
        #expect(Double(shipped.student) / Double(rounds) > 0.2, "\(shipped)")
        #expect(Double(shipped.range) / Double(rounds) <= 0.05, "\(shipped)")
        // With enough of them it lets through what is well below.
        let cheap = (0..<800).map { $0 % 100 == 0 ? 1.0 : 0.01 }
        #expect(CostCeiling("cost", limit: 0.1, range: 0...1).verdict(for: cheap).isHeld)
        // What lies beyond a range that was stated too narrow widens it.
        let narrow = CostCeiling("cost", limit: 0.1, range: 0...0.02).verdict(for: cheap)
        #expect(narrow.bound == CostCeiling("cost", limit: 0.1, range: 0...1).verdict(for: cheap).bound)
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
