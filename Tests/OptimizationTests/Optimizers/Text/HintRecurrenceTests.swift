import Evaluation
import Testing

@testable import Optimization

@Suite("HintRecurrence") struct HintRecurrenceTests {
    /// Hints of 40 meaningless kinds, and of `real` kinds that each come `often` times on average.
    private func round(_ random: inout SeededGenerator, noise: Int, real: Int, often: Int) -> HintRecurrence.Round {
        var counts: [String: Int] = [:]
        for _ in 0..<noise { counts["noise \(random.index(below: 40))", default: 0] += 1 }
        for kind in 0..<real {
            for _ in 0..<(2 * often) where random.chance(0.5) { counts["real \(kind)", default: 0] += 1 }
        }
        return .init(present: [], counts: counts)
    }

    /// Who knew the rate of the noise would find .81 of eight kinds that come 6 times on average, and nearly all of the
    /// others. Many kinds must not hide each other.
    @Test(
        "finds what recurs, few kinds or many, and hardly ever what does not",
        arguments: [(4, 10, 0.95), (8, 8, 0.9), (8, 6, 0.68), (16, 6, 0.6)])
    func findings(_ real: Int, _ often: Int, _ power: Double) {
        var random = SeededGenerator(seed: 5)
        var found = 0
        var wrong = 0
        for _ in 0..<200 {
            let heard = round(&random, noise: 25, real: real, often: often)
            let findings = HintRecurrence(rounds: [heard], level: 0.1).findings
            found += findings.count { $0.kind.hasPrefix("real") }
            wrong += findings.count { $0.kind.hasPrefix("noise") }
        }
        #expect(Double(found) > power * Double(200 * real), "\(found) of \(200 * real)")
        #expect(wrong < 200 / 7, "\(wrong) meaningless kinds in 200 worlds")
    }

    @Test(
        "noise alone brings fewer findings than its level allows, many times over", arguments: [15, 25, 60, 150, 600])
    func noise(_ hints: Int) {
        var random = SeededGenerator(seed: 6)
        var wrong = 0
        for _ in 0..<300 {
            let heard = round(&random, noise: hints, real: 0, often: 0)
            wrong += HintRecurrence(rounds: [heard], level: 0.2).findings.count
        }
        #expect(wrong < 300 * 2 / 10 + 15, "\(wrong) findings of 300 × 0.2 allowed")
    }

    @Test("a rule that is followed is not held against the rounds in which it could not come")
    func exposure() {
        var wrong = 0
        for seed in 0..<40 {
            // Six hints of it in the first round; later rounds follow it and are all noise.
            var random = SeededGenerator(seed: UInt64(seed))
            var first = round(&random, noise: 20, real: 0, often: 0)
            first.counts["rule"] = 6
            var rounds = [first]
            for _ in 0..<20 {
                var later = round(&random, noise: 20, real: 0, often: 0)
                later.present = ["rule"]
                rounds.append(later)
            }
            let findings = HintRecurrence(rounds: rounds, level: 0.1).findings
            #expect(findings.contains { $0.kind == "rule" }, "world \(seed)")
            wrong += findings.count { $0.kind != "rule" }
            for place in rounds.indices { rounds[place].present = [] }
            let open = HintRecurrence(rounds: rounds, level: 0.1).findings
            #expect(!open.contains { $0.kind == "rule" }, "as often as chance over all rounds")
        }
        #expect(wrong <= 8, "\(wrong) meaningless kinds in 40 worlds where 4 may be expected")
    }

    @Test("the rate behind what came at all is that of the whole distribution", arguments: [0.1, 0.5, 1, 3, 10])
    func rate(_ rate: Double) {
        let mean = rate / PoissonDistribution.atLeast(1, mean: rate)
        #expect(abs(HintRecurrence.rate(ofMean: mean) - rate) < 0.001 * max(1, rate))
    }

    @Test("the rate behind a tail is that of the whole distribution", arguments: [0.3, 1, 3], [3, 5, 9])
    func truncated(_ rate: Double, _ threshold: Int) {
        var weight = 0.0
        var sum = 0.0
        for count in 1..<threshold {
            let chance =
                PoissonDistribution.atLeast(count, mean: rate) - PoissonDistribution.atLeast(count + 1, mean: rate)
            weight += chance
            sum += Double(count) * chance
        }
        #expect(abs(HintRecurrence.rate(ofMean: sum / weight, below: threshold) - rate) < 0.001 * max(1, rate))
    }

    @Test("the tail of the Poisson distribution")
    func tail() {
        #expect(PoissonDistribution.atLeast(0, mean: 3) == 1)
        #expect(PoissonDistribution.atLeast(2, mean: 0) == 0)
        #expect(abs(PoissonDistribution.atLeast(1, mean: 0.5) - 0.39346934) < 1e-7)
        #expect(abs(PoissonDistribution.atLeast(4, mean: 0.5) - 0.00175162) < 1e-7)
        #expect(abs(PoissonDistribution.atLeast(3, mean: 5) - 0.87534798) < 1e-7)
        #expect(PoissonDistribution.atLeast(60, mean: 0.5) < 1e-90)
        for count in 1...30 {
            #expect(PoissonDistribution.atLeast(count, mean: 7) > PoissonDistribution.atLeast(count + 1, mean: 7))
        }
    }
}
