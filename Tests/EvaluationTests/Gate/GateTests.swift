import Evaluation
import Foundation
import Testing

@Suite struct GateTests {
    private let gate = Gate("accuracy", alpha: 0.05)

    /// 0/1 sheets with so many fixes, breaks and examples both get right.
    private func sheets(fixes: Int, breaks: Int, of count: Int) -> (winner: ScoreSheet, incumbent: ScoreSheet) {
        var winner: [String: Double] = [:]
        var incumbent: [String: Double] = [:]
        for place in 0..<count {
            winner["e\(place)"] = place < fixes ? 1 : place < fixes + breaks ? 0 : 1
            incumbent["e\(place)"] = place < fixes ? 0 : 1
        }
        return (ScoreSheet(winner), ScoreSheet(incumbent))
    }

    @Test func binaryScoresGoThroughMcNemar() throws {
        let (winner, incumbent) = sheets(fixes: 12, breaks: 3, of: 50)
        let verdict = gate.verdict(for: winner, against: incumbent)
        #expect(verdict.decision == .promote && verdict.test == .mcNemar)
        #expect(abs(verdict.pValue - 0.017578125) < 1e-12)
        #expect(verdict.fixes == 12 && verdict.breaks == 3 && verdict.count == 50)
        #expect(abs(verdict.difference - 0.18) < 1e-12)
        #expect(abs(try #require(verdict.winnerMean) - 0.94) < 1e-12)
        #expect(try #require(verdict.interval).lower > 0)
        #expect(try JSONDecoder().decode(Verdict.self, from: JSONEncoder().encode(verdict)) == verdict)
    }

    @Test func tooLittleIsInconclusiveWithTheNumberThatWouldDecide() throws {
        let (winner, incumbent) = sheets(fixes: 5, breaks: 1, of: 40)
        let verdict = gate.verdict(for: winner, against: incumbent)
        #expect(verdict.decision == .inconclusive)
        #expect(abs(verdict.pValue - 0.109375) < 1e-12)
        let needed = try #require(PairedDesign(fixRate: 5.0 / 40, breakRate: 1.0 / 40).sampleSize())
        #expect(verdict.neededCount == max(needed, 41))
        #expect(verdict.reasons.first?.contains("\(max(needed, 41)) examples") == true)
    }

    @Test func worseAndUnchangedWinnersAreKeptOut() {
        let (winner, incumbent) = sheets(fixes: 3, breaks: 12, of: 50)
        #expect(gate.verdict(for: winner, against: incumbent).decision == .keep)
        let same = gate.verdict(for: incumbent, against: incumbent, isUnchanged: true)
        #expect(same.decision == .keep && same.test == .none)
        let equal = gate.verdict(for: incumbent, against: incumbent)
        #expect(equal.decision == .inconclusive && equal.neededCount == nil && equal.pValue == 1)
        #expect(equal.reasons == ["no example changed its score"])
    }

    @Test func directionsMirrorEachOther() {
        let (winner, incumbent) = sheets(fixes: 12, breaks: 3, of: 50)
        let errors = Gate("errors", .minimize).verdict(for: incumbent, against: winner)
        #expect(errors.decision == .promote)
        #expect(errors.difference < 0 && errors.improvement > 0)
        #expect((errors.interval?.upper ?? 0) < 0)
        #expect(errors.fixes == 12 && errors.breaks == 3)
    }

    @Test func missingScoresAreDroppedAndReported() {
        var (winner, incumbent) = sheets(fixes: 12, breaks: 3, of: 50)
        winner.add(nil, for: "judge failed")
        incumbent.add(1, for: "judge failed")
        incumbent.add(1, for: "never tried")
        let verdict = gate.verdict(for: winner, against: incumbent)
        #expect(verdict.count == 50)
        #expect(verdict.alarms.first?.hasPrefix("2 of 52 examples lack a score") == true)
        #expect(gate.verdict(for: ScoreSheet(["a": 1.0]), against: ScoreSheet(["b": 1.0])).decision == .inconclusive)
    }

    @Test func aWinnerThatNobodyCouldScoreOnTheHardHalfIsNotPromoted() {
        var (winner, incumbent) = sheets(fixes: 12, breaks: 3, of: 50)
        for place in 0..<30 {
            winner.add(nil, for: "hard \(place)")
            incumbent.add(1, for: "hard \(place)")
        }
        let verdict = gate.verdict(for: winner, against: incumbent)
        #expect(verdict.decision == .inconclusive && verdict.pValue < 0.05)
        #expect(verdict.reasons.first?.contains("30 examples without one could turn that round") == true)
        // Where even the worst would not matter, it does not matter.
        var (clear, other) = sheets(fixes: 40, breaks: 0, of: 50)
        clear.add(nil, for: "hard")
        other.add(1, for: "hard")
        #expect(gate.verdict(for: clear, against: other).decision == .promote)
    }

    @Test func repeatsAreAveragedBeforeTheTest() {
        let once = ScoreSheet(["a": [1, 1, 1, 1], "b": [0, 0], "c": [1]])
        let other = ScoreSheet(["a": [0], "b": [0, 0, 0], "c": [1, 1]])
        let verdict = gate.verdict(for: once, against: other)
        #expect(verdict.count == 3 && verdict.fixes == 1 && verdict.test == .mcNemar)
        let noisy = gate.verdict(for: ScoreSheet(["a": [1, 0], "b": [0, 0]]), against: other)
        #expect(noisy.test == .signFlip)
    }

    @Test func realScoresGoThroughStudentOnlyWhereItCanBeTrusted() {
        var generator = SeededGenerator(seed: 31)
        func verdict(_ count: Int, _ difference: (inout SeededGenerator) -> Double) -> Verdict {
            var winner: [String: Double] = [:]
            var incumbent: [String: Double] = [:]
            for place in 0..<count {
                incumbent["\(place)"] = generator.uniform()
                winner["\(place)"] = (incumbent["\(place)"] ?? 0) + difference(&generator)
            }
            return gate.verdict(for: ScoreSheet(winner), against: ScoreSheet(incumbent))
        }
        let large = verdict(80) { 0.3 + $0.normal() * 0.5 }
        #expect(large.test == .pairedT && large.decision == .promote)
        #expect(verdict(12) { 0.3 + $0.normal() * 0.1 }.test == .signFlip)
        #expect(verdict(40) { $0.chance(0.03) ? 30 : $0.normal() * 0.01 }.test == .signFlip)
        let constant = verdict(40) { _ in 0.25 }
        #expect(constant.decision == .promote)
        #expect(verdict(4) { _ in 0.25 }.decision == .inconclusive)
    }

    @Test func spentAlphaShowsNothing() {
        let (winner, incumbent) = sheets(fixes: 30, breaks: 0, of: 50)
        #expect(gate.verdict(for: winner, against: incumbent, atLevel: 0).decision == .inconclusive)
        #expect(gate.verdict(for: winner, against: incumbent, atLevel: 1e-6).decision == .promote)
    }

    @Test func alphaIsNeverOverspent() throws {
        for schedule in [.equal(tests: 4), .endless] as [AlphaSpending.Schedule] {
            var spending = AlphaSpending(0.05, schedule)
            var sum = 0.0
            for test in 0..<200 {
                let level = test % 50 == 3 ? spending.next(share: 0.3) : spending.next()
                #expect(level >= 0)
                sum += level
            }
            #expect(sum <= 0.05 + 1e-12 && abs(sum - spending.spent) < 1e-12)
            #expect(spending.tests == 200)
            #expect(try JSONDecoder().decode(AlphaSpending.self, from: JSONEncoder().encode(spending)) == spending)
        }
        var equal = AlphaSpending(0.05, .equal(tests: 2))
        #expect([equal.next(), equal.next(), equal.next()] == [0.025, 0.025, 0])
        var endless = AlphaSpending(0.05, .endless)
        #expect(abs(endless.next() - 0.0303963550927) < 1e-9)
    }
}
