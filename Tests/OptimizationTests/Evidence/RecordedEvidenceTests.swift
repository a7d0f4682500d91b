import Evaluation
import Optimization
import Testing
import TraceGraph

@Suite("Recorded evidence")
struct RecordedEvidenceTests {
    private let space = ParameterSpace([ParameterDefinition("tone", kind: .text, initial: "kind")])

    private func execution(
        _ number: Int, _ score: Double?, tone: String?, saying text: String = ""
    ) async throws -> (evaluation: Evaluation, values: [String: Value]) {
        var trace = await Trace.record(Candidate(values: [:])) { Traced(Value.integer(number), name: "x") }
        if !text.isEmpty, let result = trace.result?.id { try trace.give(Feedback(on: result, text)) }
        let evaluation = Evaluation(
            candidate: .seed, example: Example(id: "\(number)", fields: [:]), repetition: 0, scores: [:], score: score,
            evidence: 0, trace: trace)
        return (evaluation, tone.map { ["tone": .text($0), "other": "x"] } ?? [:])
    }

    @Test(
        "executions are grouped by the values they ran with; the present ones come first, unknown ones are taken for them"
    )
    func groups() async throws {
        let evidence = try #require(
            RecordedEvidence(
                [
                    try await execution(1, 0.5, tone: "curt"), try await execution(2, 1, tone: "kind"),
                    try await execution(3, 0, tone: nil), try await execution(4, 0.25, tone: "curt"),
                ], parameters: space))
        #expect(evidence.isPresent)
        #expect(evidence.groups.map(\.candidate.values) == [["tone": "kind"], ["tone": "curt"]])
        #expect(evidence.groups.map { $0.evaluations.map(\.example.id) } == [["2", "3"], ["1", "4"]])
        #expect(evidence.groups.map(\.meanScore) == [0.5, 0.375])
        #expect(evidence.history.map(\.examples) == [2, 2])
        let made = evidence.candidates(of: [
            Proposal(changes: ["tone": "curt"], rationale: "", intent: .refine, parent: Candidate.ID(0)),
            Proposal(changes: ["tone": "warm"], rationale: "r", intent: .refine, parent: Candidate.ID(0)),
        ])
        #expect(made.map(\.candidate.id) == [Candidate.ID(2)])
    }

    @Test("where nothing ran with the present values, proposals go on from the last execution's")
    func absent() async throws {
        let evidence = try #require(
            RecordedEvidence(
                [try await execution(1, 0, tone: "curt"), try await execution(2, 1, tone: "warm")], parameters: space))
        #expect(!evidence.isPresent && evidence.parent.candidate["tone"] == "warm")
        #expect(RecordedEvidence([], parameters: space) == nil)
    }

    @Test("the most telling are the lowest scores, words before silence, and one of the best")
    func telling() async throws {
        let evidence = try #require(
            RecordedEvidence(
                [
                    try await execution(1, 1, tone: "kind"), try await execution(2, 0.5, tone: "kind"),
                    try await execution(3, 0.5, tone: "kind", saying: "too long"),
                    try await execution(4, 0, tone: "kind"), try await execution(5, nil, tone: "kind", saying: "no"),
                ], parameters: space))
        #expect(evidence.telling(4).map(\.example.id) == ["5", "4", "3", "1"])
        #expect(evidence.telling(9).count == 5)
    }
}
