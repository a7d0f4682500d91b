import Evaluation
import Testing
import TraceGraph

@Suite("FailureTally")
struct FailureTallyTests {
    private struct Broken: NamedFailure {
        let failureMessage: String
        var failureName: String { "Broken" }
        var failureDetail: String? { "line 1\nline 2" }
    }

    /// One execution: nil ends well with that score, a text fails with it.
    private func evaluation(_ failure: String?, score: Double = 0) async -> Evaluation {
        let trace = await Trace.record {
            let input = Traced("x", name: "input")
            return try traced("step", input) { text in
                if let failure { throw Broken(failureMessage: failure) }
                return text
            }
        }
        return Evaluation(
            candidate: .seed, example: Example(id: "e", fields: [:]), repetition: 0, scores: [:], score: score,
            evidence: 0, trace: trace)
    }

    private func tally(_ failures: [String?]) async -> FailureTally? {
        var evaluations: [Evaluation] = []
        for failure in failures { evaluations.append(await evaluation(failure)) }
        return FailureTally(evaluations)
    }

    @Test("low scores alone are no failures")
    func lowScores() async {
        #expect(await tally([]) == nil)
        #expect(await tally([nil, nil]) == nil)
    }

    @Test("counts what failed and tells the commonest in one line, the first where several are as common")
    func commonest() async {
        #expect(
            await tally([nil, "b", "a", "b", nil])
                == FailureTally(failures: 3, executions: 5, reason: "(Broken) b", commonest: 2))
        #expect(await tally(["b", "a"])?.reason == "(Broken) b")
        #expect(await tally(["a", "b"])?.reason == "(Broken) a")
        #expect(await tally(["a", "b"])?.isTotal == true)
        #expect(await tally(["a", nil])?.isTotal == false)
    }

    @Test("the order of what did not fail changes nothing")
    func order() async {
        for failures in [["a", "b", "b", nil], [nil, "a", "b", "b"], ["a", nil, "b", "b"]] {
            #expect(
                await tally(failures)
                    == FailureTally(failures: 3, executions: 4, reason: "(Broken) b", commonest: 2))
        }
    }
}
