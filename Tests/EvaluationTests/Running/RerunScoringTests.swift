import Evaluation
import Testing
import TraceGraph

/// Doubles a number, then adds the parameter.
private struct Sum: Optimizable {
    @Parameter("addend") var addend = 1
    var parameters: ParameterSpace { ParameterSpace(of: self) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let doubled = traced("double", Traced(example["number"]?.integer ?? 0, name: "number")) { $0 * 2 }
            return traced("add", doubled, $addend) { $0 + $1 + 100 * repetition }
        }
    }
}

/// Records nothing itself, as what runs elsewhere does.
private struct Elsewhere: Optimizable {
    let trace: Trace
    var parameters: ParameterSpace { ParameterSpace([]) }
    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace { trace }
}

@Suite("Evaluator: running again")
struct RerunScoringTests {
    private let example = Example(id: "e", fields: ["number": 3, "expected": 7])

    private func evaluator(_ subject: any Optimizable = Sum()) -> Evaluator {
        let metric = ExactMatch()
        return Evaluator(subject: subject, metrics: [metric], objective: Objective(metric))
    }

    @Test("reruns are scored like runs, in the order they were asked for")
    func scored() async throws {
        let evaluator = evaluator()
        let first = try await evaluator.evaluate(Candidate(values: [:]), on: example)
        #expect(first.score == 1)
        let double = try #require(first.trace.node(named: "double")).id
        let add = try #require(first.trace.node(named: "add")).id
        let again = try await evaluator.evaluate([
            Rerun(of: first), Rerun(of: first, changing: ["addend": 5]),
            Rerun(of: first, with: Intervention(settings: [double: 0])),
            Rerun(of: first, with: Intervention(anew: [add]), repetition: 1),
        ])
        #expect(again.map { $0.trace.result?.value.integer } == [7, 11, 1, 107])
        #expect(again.map(\.score) == [1, 0, 0, 0])
        #expect(again.map(\.repetition) == [0, 0, 0, 1])
        #expect(again.map(\.trace.reused.count) == [2, 1, 1, 1])
        #expect(again.allSatisfy { $0.trace.feedback.count == 1 && $0.example.id == "e" })
        #expect(again[1].trace.candidate["addend"] == 5)
    }

    @Test("what cannot be run from the middle is refused, and so is a node of another trace")
    func refusals() async throws {
        let first = try await evaluator().evaluate(Candidate(values: [:]), on: example)
        await #expect(throws: TraceError.self) {
            _ = try await evaluator(Elsewhere(trace: first.trace)).evaluate(Rerun(of: first))
        }
        await #expect(throws: TraceError.self) {
            _ = try await evaluator().evaluate(Rerun(of: first, with: Intervention(anew: [NodeID(99)])))
        }
    }
}
