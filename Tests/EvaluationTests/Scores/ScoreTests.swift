import Evaluation
import Foundation
import Testing
import TraceGraph

@Suite struct ScoreTests {
    @Test func sheetsAverageRepeatsAndKeepGaps() throws {
        var sheet = ScoreSheet()
        sheet.add(1, for: "a")
        sheet.add(0, for: "a")
        sheet.add(nil, for: "b")
        sheet.add(.nan, for: "c")
        sheet.add(1, for: "c")
        #expect(sheet["a"] == 0.5 && sheet["b"] == nil && sheet["c"] == 1 && sheet["d"] == nil)
        #expect(sheet.mean == 0.75)
        #expect(sheet.missing == ["b"] && sheet.gaps == ["b": 1, "c": 1])
        #expect(try JSONDecoder().decode(ScoreSheet.self, from: JSONEncoder().encode(sheet)) == sheet)
    }

    @Test func noiseIsToldApart() throws {
        var generator = SeededGenerator(seed: 21)
        var sheet = ScoreSheet()
        for example in 0..<400 {
            let level = generator.normal() * 2
            for _ in 0..<4 { sheet.add(level + generator.normal(), for: "\(example)") }
        }
        let noise = try #require(sheet.noise)
        #expect(abs(noise.within - 1) < 0.15)
        #expect(abs(noise.between - 4) < 1)
        #expect(ScoreSheet(["a": 1.0, "b": 0]).noise == nil)
    }

    @Test func nothingRightIsNoCertainty() throws {
        let none = try #require(ScoreSheet(["a": 0, "b": 0, "c": 0, "d": 0, "e": 0, "f": 0]).interval())
        #expect(none == ProportionInterval.wilson(successes: 0, of: 6))
        #expect(none.lower == 0 && none.upper > 0.35)
        let one = try #require(ScoreSheet(["a": 1]).interval())
        #expect(one.lower > 0 && one.lower < 0.5 && one.upper == 1)
    }

    @Test func repeatsOfAnExampleTellNothingAboutOthers() throws {
        let once = ScoreSheet(["a": 1, "b": 0, "c": 0, "d": 1])
        let often = ScoreSheet(once.scores.mapValues { Array(repeating: $0[0], count: 25) })
        #expect(often.interval() == once.interval())
        // Where repeats differ, their means are what varies between examples.
        let noisy = ScoreSheet(["a": [1, 0], "b": [1, 1], "c": [0, 0], "d": [0, 1]])
        #expect(noisy.interval() == PairedDifferences([0.5, 1, 0, 0.5]).interval(confidence: 0.95))
        #expect(noisy.mean == 0.5)
    }

    @Test func withoutSpreadThereIsNoInterval() {
        #expect(ScoreSheet().interval() == nil)
        #expect(ScoreSheet(["a": 0.5]).interval() == nil)
        #expect(ScoreSheet(["a": 0.5, "b": 0.5]).interval() == nil)
        var gap = ScoreSheet(["a": 1])
        gap.add(nil, for: "b")
        #expect(gap.interval() == ScoreSheet(["a": 1]).interval())
    }

    @Test func objectivesAddUpWhatIsWeighed() throws {
        let objective = Objective([
            .init("accuracy", .maximize), .init("latency", .minimize, weight: 0.1), .init("f1", .maximize, weight: 2),
        ])
        #expect(objective.value(of: ["accuracy": 0.5, "latency": 2, "f1": 0.25, "other": 9]) == 0.5 - 0.2 + 0.5)
        #expect(objective.value(of: ["accuracy": 0.5, "latency": 2]) == nil)
        #expect(objective.summary == "maximize accuracy − 0.1 × latency + 2 × f1")
        #expect(Objective(ResourceMetric.cost).value(of: ["cost": 3]) == -3)
        #expect(Objective(ResourceMetric.cost).summary == "minimize cost")
        #expect(try JSONDecoder().decode(Objective.self, from: JSONEncoder().encode(objective)) == objective)
    }

    @Test func evidenceRanksOutputsThatAllScoreZero() throws {
        let labels = LabelSet(of: ["billing", "billing", "tech", "tech", "sales", "sales"] as [Value])
        let outputs: [Value?] = [
            nil, "Certainly! Please provide more.", "billing, tech or sales", "sales", "I think it is billing",
            "billing.",
        ]
        let ranks = outputs.map { GradedEvidence(output: $0, expected: "billing", labels: labels).rank }
        #expect(ranks == ranks.sorted() && Set(ranks).count == ranks.count, "\(ranks)")
        #expect(ranks.allSatisfy { (0...1).contains($0) })
        #expect(GradedEvidence(output: "billing", expected: "billing", labels: labels).rank == 1)
        #expect(GradedEvidence(output: nil, expected: "x").rank == 0)
    }

    @Test func evidenceMergesByCount() throws {
        let parts = ["a", "b", nil].map { GradedEvidence(output: $0, expected: "a") }
        let merged = try #require(GradedEvidence(merging: parts))
        #expect(merged.count == 3 && merged.validity == nil)
        #expect(abs(merged.containment - 1.0 / 3) < 1e-12)
        let first = try #require(GradedEvidence(merging: parts.prefix(2)))
        #expect(abs(try #require(GradedEvidence(merging: [first, parts[2]])).rank - merged.rank) < 1e-12)
        #expect(GradedEvidence(merging: []) == nil)
    }
}
