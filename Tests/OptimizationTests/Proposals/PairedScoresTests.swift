import Evaluation
import Testing
import TraceGraph

@testable import Optimization

@Suite struct PairedScoresTests {
    private static func tried(_ number: Int, _ scores: [Int: Double?]) async throws -> TriedCandidate {
        var evaluations: [Evaluation] = []
        for (example, score) in scores.sorted(by: { $0.key < $1.key }) {
            var evaluation = try await Fixtures.evaluation("m\(example)", as: "a", expected: "b")
            evaluation.score = score
            evaluations.append(evaluation)
        }
        return TriedCandidate(
            candidate: Candidate(id: Candidate.ID(number), values: [:]), score: evaluations.meanScore,
            examples: evaluations.count, wasAccepted: false, validation: evaluations)
    }

    @Test func hardExamplesAreNoNoise() async throws {
        let difficulty = (0..<10).map { 0.1 * Double($0) }
        let scores = PairedScores([
            try await Self.tried(0, Dictionary(uniqueKeysWithValues: difficulty.enumerated().map { ($0, $1) })),
            try await Self.tried(1, Dictionary(uniqueKeysWithValues: difficulty.enumerated().map { ($0, $1 + 0.2) })),
        ])
        let (first, second) = (try #require(scores[.seed]), try #require(scores[Candidate.ID(1)]))
        #expect(abs(second.score - first.score - 0.2) < 1e-12)
        #expect(abs(first.score - 0.45) < 1e-12)
        #expect(first.variance < 1e-20 && second.variance < 1e-20)
    }

    @Test func whoWasRunOnEasyExamplesOnlyIsNotBetterForIt() async throws {
        let scores = PairedScores([
            try await Self.tried(0, [0: 1, 1: 1, 2: 0, 3: 0]),
            try await Self.tried(1, [0: 1, 1: 1]),
        ])
        #expect(scores[.seed]?.score == scores[Candidate.ID(1)]?.score)
    }

    @Test func fewerExamplesAndDisagreementMeanMoreVariance() async throws {
        let even = Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, Double?(0.5)) })
        let odd = Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, Double?($0 % 2 == 0 ? 1 : 0)) })
        let scores = PairedScores([
            try await Self.tried(0, even), try await Self.tried(1, odd),
            try await Self.tried(2, odd.filter { $0.key < 6 }),
        ])
        let variances = try (0...2).map { try #require(scores[Candidate.ID($0)]).variance }
        #expect(variances[0] < variances[2] && variances[1] < variances[2])
    }

    @Test func aGapCountsAsTheWorstAndNothingRunHasNoStanding() async throws {
        let scores = PairedScores([
            try await Self.tried(0, [0: 0.2, 1: 0.8]), try await Self.tried(1, [0: nil, 1: 0.8]),
            try await Self.tried(2, [:]),
        ])
        #expect(scores[.seed]?.score == scores[Candidate.ID(1)]?.score)
        #expect(scores[Candidate.ID(2)] == nil)
        #expect(PairedScores([TriedCandidate]())[.seed] == nil)
    }
}
