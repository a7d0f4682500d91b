import Evaluation
import Testing
import TraceGraph

@Suite struct FrontReportTests {
    private let terms = [Objective.Term("accuracy", .maximize), Objective.Term("tokens", .minimize)]

    private func report(_ means: [[Double]]) -> FrontReport {
        FrontReport(of: means.enumerated().map { (Candidate.ID($0), $1) }, terms: terms)
    }

    @Test func listsWhatNobodyBeatsWithTheVolumeItReaches() throws {
        let front = report([[0.5, 100], [0.9, 300], [0.7, 350], [0.4, 90]])
        #expect(front.members.map(\.candidate) == [1, 0, 3].map { Candidate.ID($0) })
        #expect(front.members[0].means == [0.9, 300] && front.count == 4)
        // A tenth of the ranges of .5 and 260 beyond the worst.
        #expect(abs(front.reference[0] - 0.35) < 1e-12 && abs(front.reference[1] - 376) < 1e-9)
        let boxes = 0.55 * 76 + 0.15 * 200 + 0.05 * 10
        #expect(abs(try #require(front.hypervolume) - boxes) < 1e-9)
    }

    @Test func aBetterCandidateNeverMakesTheVolumeSmallerAboveTheSameReference() {
        var random = SeededGenerator(seed: 4)
        // The corners keep the ranges as they are.
        var means = [[0.0, 0], [1, 100]]
        var last = 0.0
        for _ in 0..<30 {
            let front = report(means)
            #expect((front.hypervolume ?? 0) >= last - 1e-9)
            last = front.hypervolume ?? 0
            means.append([random.uniform(), random.uniform(in: 0...100)])
        }
    }

    @Test func isReadBackAsItWasWritten() throws {
        for front in [report([[0.5, 100], [0.9, 300]]), report([[0.5, 1]]), report([])] {
            #expect(FrontReport(recorded: try Value(json: front.recorded.json)) == front)
        }
        #expect(FrontReport(recorded: ["metrics": 3]) == nil)
        #expect(report([[0.5, 1]]).hypervolume == 1, "one candidate lies a unit beyond in every aim")
    }
}
