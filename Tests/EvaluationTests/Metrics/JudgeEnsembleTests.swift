import Evaluation
import Foundation
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

    /// Four judges of unit error with heavy tails (Student's t with four degrees of freedom) and 256 answers of normal
    /// quality: the quality of the answer that has the best word. The figures are those of the design, .86, 1.98, 2.26 and
    /// 2.36.
    @Test func plantedHeavyTailsFoolTheSingleJudgeMost() {
        var random = SeededGenerator(seed: 11)
        func error() -> Double {
            // χ² with four degrees of freedom is −2 log of two uniform numbers multiplied.
            let square = -2 * log((1 - random.uniform()) * (1 - random.uniform()))
            return random.normal() / (square / 4).squareRoot()
        }
        let aggregates: [(judges: Int, aggregate: JudgeEnsemble.Aggregate, quality: Double)] = [
            (1, .mean, 0.86), (4, .mean, 1.98), (4, .worst, 2.26), (4, .uncertainty(weight: 0.5), 2.36),
        ]
        var totals = [Double](repeating: 0, count: 4)
        let rounds = 250
        for _ in 0..<rounds {
            var best = [(score: Double, quality: Double)](repeating: (-.infinity, 0), count: 4)
            for _ in 0..<256 {
                let quality = random.normal()
                let scores = (0..<4).map { _ in quality + error() }
                for (place, one) in aggregates.enumerated() {
                    let score = one.aggregate(Array(scores.prefix(one.judges))) ?? 0
                    if score > best[place].score { best[place] = (score, quality) }
                }
            }
            for place in best.indices { totals[place] += best[place].quality / Double(rounds) }
        }
        for (total, one) in zip(totals, aggregates) { #expect(abs(total - one.quality) < 0.12, "\(totals)") }
        #expect(totals == totals.sorted(), "each is harder to fool than the one before")
    }
}
