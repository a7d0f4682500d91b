import Evaluation
import Testing
import TraceGraph

@Suite struct EvaluationRepeatsTests {
    private func run(_ repetition: Int, _ score: Double?, saying words: String) async throws -> Evaluation {
        var trace = await Trace.record { Traced("out \(repetition)", name: "out") }
        if let node = trace.result?.id { try trace.give(Feedback(on: node, words)) }
        return Evaluation(
            candidate: .seed, example: Example(id: "a", fields: [:]), repetition: repetition,
            scores: score.map { ["accuracy": Score($0, feedback: words)] } ?? [:], score: score,
            evidence: Double(repetition), trace: trace)
    }

    @Test func anExampleCountsOnceHoweverOftenItWasRun() async throws {
        let runs = [
            try await run(0, 1, saying: "right"), try await run(1, 0, saying: "too long"),
            try await run(2, nil, saying: "no judge"), try await run(3, 0, saying: "wrong"),
        ]
        let whole = try #require(Evaluation(averaging: runs))
        #expect(whole.score == 1.0 / 3 && whole.scores["accuracy"]?.value == 1.0 / 3)
        #expect(whole.evidence == 1.5 && whole.repetition == 0)
        #expect(whole.trace.result?.value == "out 0")
        let words = try #require(whole.trace.feedback.last?.text)
        #expect(words.contains("2 of 4 independent repeats") && words.contains("too long"))
        let single = try #require(Evaluation(averaging: [runs[1]]))
        #expect(single.score == 0 && single.trace.feedback.count == 1)
        #expect(Evaluation(averaging: []) == nil)
        let level = try #require(Evaluation(averaging: [runs[0], try await run(1, 1, saying: "right")]))
        #expect(level.trace.feedback.count == 1, "repeats that agree need no words")
    }

    /// With the variance of chance and the one between examples known, the error of a mean is what drawing finds.
    @Test func theStandardErrorIsThatOfTheComponents() throws {
        var random = SeededGenerator(seed: 12)
        let noise = ScoreNoise(within: 0.25, between: 0.09)
        for (examples, repeats) in [(10, 1), (10, 4), (40, 2)] {
            let means = (0..<4_000).map { _ in
                (0..<examples).reduce(0.0) { sum, _ in
                    let own = 0.3 * random.normal()
                    return sum + own
                        + (0..<repeats).reduce(0.0) { sum, _ in sum + 0.5 * random.normal() } / Double(repeats)
                } / Double(examples)
            }
            let spread = try #require(Sample(means).standardDeviation)
            #expect(abs(spread / noise.standardError(examples: examples, repeats: repeats) - 1) < 0.04)
        }
    }

    @Test func theComponentsAreFoundAgain() throws {
        var random = SeededGenerator(seed: 13)
        var sheet = ScoreSheet()
        for example in 0..<2_000 {
            let own = 0.3 * random.normal()
            for _ in 0..<3 { sheet.add(own + 0.5 * random.normal(), for: "\(example)") }
        }
        let noise = try #require(sheet.noise)
        #expect(abs(noise.within - 0.25) < 0.015 && abs(noise.between - 0.09) < 0.015)
        #expect(abs(noise.chance - 0.735) < 0.04)
    }

    @Test func repeatsFollowTheNoise() {
        #expect(ScoreNoise(within: 0, between: 1).repeats() == 1)
        #expect(ScoreNoise(within: 0.2, between: 1).repeats() == 1)
        #expect(ScoreNoise(within: 1, between: 1).repeats() == 5)
        #expect(ScoreNoise(within: 1, between: 0).repeats(most: 6) == 6)
        for within in [0.01, 0.1, 0.4, 1, 3] {
            let noise = ScoreNoise(within: within, between: 1)
            let count = noise.repeats(tolerance: 0.2, most: 100)
            let endless = (noise.between / 50).squareRoot()
            #expect(endless >= 0.8 * noise.standardError(examples: 50, repeats: count) - 1e-12)
            if count > 1 { #expect(endless < 0.8 * noise.standardError(examples: 50, repeats: count - 1)) }
        }
        #expect(RepeatPlan("auto") == .automatic && RepeatPlan("3") == .fixed(3))
        #expect([RepeatPlan("0"), RepeatPlan("101"), RepeatPlan("often")].allSatisfy { $0 == nil })
    }
}
