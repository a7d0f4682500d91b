import Evaluation
import Testing
import TraceGraph

@testable import Optimization

@Suite("Comparison")
struct ComparisonTests {
    /// One evaluation for each score, on examples of their own.
    func evaluations(_ scores: [Double?]) async throws -> [Evaluation] {
        let trace = await Trace.record(Candidate(values: [:])) { Traced(Value.text("x"), name: "x") }
        return scores.enumerated().map { index, score in
            Evaluation(
                candidate: .seed, example: Example(id: "\(index)", fields: [:]), repetition: 0, scores: [:],
                score: score, evidence: 0, trace: trace)
        }
    }

    @Test("counts what the challenger has no score for against it, and leaves out what the champion has none for")
    func gaps() async throws {
        let one = Comparison(try await evaluations([1, nil, 1]), against: try await evaluations([0, 1, nil]))
        #expect(one.count == 2)
        #expect(one.mean == 0)
        #expect(!one.isBetter)
        let other = Comparison(try await evaluations([nil, -2]), against: try await evaluations([-1, -2]))
        #expect(other.mean == -0.5)
    }

    @Test("says the difference with the half width of its interval")
    func spelling() async throws {
        let comparison = Comparison(
            try await evaluations([1, 0.5, 1]), against: try await evaluations([0.5, 0.5, 0.25]))
        #expect(comparison.spelled.hasPrefix("+0.417 ±"))
        #expect(comparison.spelled.hasSuffix(", n=3"))
    }

    @Test(
        "puts numbers of any size into words",
        arguments: [-1e15, 1e15, 9.3e15, 1e300, -.greatestFiniteMagnitude, .infinity, .nan] as [Double])
    func extremes(score: Double) async throws {
        let comparison = Comparison(
            try await evaluations([score, 1, score]), against: try await evaluations([0, 1, 1]))
        #expect(comparison.spelled.hasSuffix(", n=3"))
        #expect(comparison.count == 3)
    }
}
