import Testing
import TraceGraph

@Suite("ParameterConstraint: recorded")
struct ConstraintRecordTests {
    @Test("each constraint is read back from what is written of it, and what is not constrained is not written")
    func roundTrip() throws {
        let constraints: [ParameterConstraint] = [
            .none, ParameterConstraint(note: "short"), ParameterConstraint(range: -1...0.5),
            ParameterConstraint(range: 1e-9...1e300, isLogarithmic: true),
            ParameterConstraint(options: ["a", 2, .null, ["x": [1]]]), ParameterConstraint(keep: ["{{x}}", ""]),
            ParameterConstraint(maximumCount: 0), ParameterConstraint(maximumLength: 9),
            ParameterConstraint(language: "python", entry: "f(x: str) -> str"),
        ]
        for constraint in constraints {
            let text = constraint.recorded.json
            #expect(ParameterConstraint(recorded: try Value(json: text)) == constraint, "\(text)")
        }
        #expect(ParameterConstraint.none.recorded == [:])
    }

    @Test("a range without two ends in order is none", arguments: [[2, 1], [1], [1, 2, 3], ["a", 2], 3] as [Value])
    func ranges(_ range: Value) {
        #expect(ParameterConstraint(recorded: ["range": range]) == nil)
    }
}
