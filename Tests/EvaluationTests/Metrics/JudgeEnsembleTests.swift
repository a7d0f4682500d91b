import Evaluation
import Testing
import TraceGraph

@Suite struct JudgeEnsembleTests {
    private struct Fixed: Metric {
        let name: String
        let direction: MetricDirection
        let value: Double
        func score(_ subject: MetricSubject) async throws -> Score { Score(value, feedback: "\(name) says \(value)") }
    }

    private func judges(_ direction: MetricDirection = .maximize) -> [any Metric] {
        [0.2, 0.6, 1].enumerated().map { Fixed(name: "judge \($0)", direction: direction, value: $1) }
    }

    private let subject = MetricSubject(example: Example(id: "1", fields: [:]), outcome: .output("x"))

    @Test func bringsScoresAndWordsTogether() async throws {
        let mean = try await JudgeEnsemble(judges(), .mean).score(subject)
        #expect(abs(mean.value - 0.6) < 1e-12 && mean.feedback.split(separator: "\n").count == 3)
        #expect(try await JudgeEnsemble(judges(), .worst).score(subject).value == 0.2)
        let uncertain = try await JudgeEnsemble(judges(), .uncertainty(weight: 1)).score(subject).value
        #expect(abs(uncertain - (0.6 - 0.32 / 3)) < 1e-12)
    }

    @Test func whereLessIsBetterTheWorstIsTheMost() async throws {
        #expect(try await JudgeEnsemble(judges(.minimize), .worst).score(subject).value == 1)
    }

    /// Judges that are right most of the time and fooled now and then: of 256 answers the best by their word is a fooled
    /// one for a single judge, and less and less so.
    @Test func plantedHeavyTailsFoolTheSingleJudgeMost() {
        var random = SeededGenerator(seed: 11)
        let aggregates: [(String, Int, JudgeEnsemble.Aggregate)] = [
            ("single", 1, .mean), ("mean", 5, .mean), ("worst", 5, .worst),
            ("uncertainty", 5, .uncertainty(weight: 0.5)),
        ]
        var totals = [Double](repeating: 0, count: 4)
        let rounds = 150
        for _ in 0..<rounds {
            var best = [(score: Double, quality: Double)](repeating: (-.infinity, 0), count: 4)
            for _ in 0..<256 {
                let quality = random.normal()
                let scores = (0..<5).map { _ in
                    quality + 0.5 * random.normal() + (random.chance(0.05) ? 4 * abs(random.normal()) : 0)
                }
                for (place, (_, judges, aggregate)) in aggregates.enumerated() {
                    let score = aggregate(Array(scores.prefix(judges))) ?? 0
                    if score > best[place].score { best[place] = (score, quality) }
                }
            }
            for place in best.indices { totals[place] += best[place].quality / Double(rounds) }
        }
        #expect(totals[0] < 1.2 && totals[0] < totals[1] - 0.5)
        #expect(totals[1] < totals[2] - 0.1 && totals[1] < totals[3] - 0.1)
        #expect(totals[2] > 2.1 && totals[3] > 2.1)
    }
}
