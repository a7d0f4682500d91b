import Evaluation
import Testing

/// Runs that are tested on the same hold-out, one after another.
@Suite struct LooksTests {
    private func gate(_ looks: AlphaSpending.Schedule?) -> Gate {
        var gate = Gate("accuracy")
        gate.looks = looks
        return gate
    }

    @Test func alphaIsSharedOutOverLooks() {
        let unsaid = (1...500).map { gate(nil).level(ofLook: $0) }
        #expect(unsaid[0] == 0.05 && unsaid.reduce(0, +) < 1.4 * 0.05 && unsaid.allSatisfy { $0 > 0 })
        #expect((1...4).map { gate(.equal(tests: 2)).level(ofLook: $0) } == [0.025, 0.025, 0, 0])
        let endless = (1...200).map { gate(.endless).level(ofLook: $0) }
        #expect(endless.reduce(0, +) < 0.05 && endless.allSatisfy { $0 > 0 })
        #expect(abs(endless[1] - 0.0303963550927 / 4) < 1e-9)
    }

    @Test func onlyTheFirstLookIsSilent() throws {
        #expect(gate(nil).warning(after: []) == nil && gate(.equal(tests: 1)).warning(after: []) == nil)
        let plain = try #require(gate(nil).warning(after: ["a", "b"]))
        #expect(
            plain.contains("2 earlier runs were tested") && plain.contains("(a, b)")
                && plain.contains("held against 0.00338"))
        #expect(try #require(gate(.equal(tests: 2)).warning(after: ["a"])).contains("held against 0.025"))
        #expect(try #require(gate(.equal(tests: 1)).warning(after: ["a"])).contains("nothing is left"))
        #expect(try #require(gate(.endless).warning(after: ["a", "b", "c", "d"])).contains("a, b, c, …"))
    }

    /// Runs over and over on one hold-out, each winner no better than the incumbent.
    @Test(arguments: [(AlphaSpending.Schedule.equal(tests: 8), 8), (.endless, 12)])
    func anyPromotionByLuckStaysWithinAlpha(_ looks: AlphaSpending.Schedule, _ runs: Int) {
        let gate = gate(looks)
        let levels = (1...runs).map { gate.level(ofLook: $0) }
        var random = SeededGenerator(seed: 61)
        var promoted = 0
        for _ in 0..<2_000 {
            let incumbent = random.next()
            let isFooled = levels.contains { level in
                let winner = random.next()
                let (fixes, breaks) = ((winner & ~incumbent).nonzeroBitCount, (incumbent & ~winner).nonzeroBitCount)
                return PairedOutcomes(fixes: fixes, breaks: breaks, of: 64).pValueForBetter <= level
            }
            if isFooled { promoted += 1 }
        }
        #expect(Double(promoted) / 2_000 <= 0.05)
    }
}
