import Testing
import TraceGraph

@testable import Optimization

/// Which operations are one line, what they are called, and what composite operations become.
@Suite struct ProblemShapeTests {
    private let parameter = ParameterDefinition("p", kind: .text, initial: "v")

    private func problem(
        _ trace: Trace, _ definitions: [ParameterDefinition]? = nil, scopes: Problem.Scopes = .opened
    ) throws -> Problem {
        let space = ParameterSpace(definitions ?? [parameter])
        return try Problem([Observation(trace)], parameters: space, candidate: space.seed, scopes: scopes)
    }

    private func lines(_ problem: Problem) -> [String] { problem.code.map { $0.text(runs: problem.runs.count) } }

    @Test func aGridIsOneLine() async throws {
        let trace = await Trace.record {
            let p = Traced<Value>.parameter(parameter)
            var above = Array(repeating: p, count: 5)
            for _ in 0..<5 {
                var left = p
                for column in 0..<5 {
                    left = traced("cell", inputs: [above[column].input(as: "up"), left.input(as: "left")]) { "c" }
                    above[column] = left
                }
            }
            return above[4]
        }
        #expect(lines(try problem(trace)) == ["cell = cell(up=p then cell, left=p or cell)  ×25"])
    }

    @Test func namesNeverCollide() async throws {
        let taken = ParameterDefinition("x_1", kind: .text, initial: "v")
        let trace = await Trace.record {
            let p = Traced<Value>.parameter(taken)
            let first = traced("f", node: "x", inputs: [p.input()]) { "1" }
            let second = traced("g", node: "x", inputs: [first.input(as: "a")]) { "2" }
            let odd = traced("h", node: "x 2", inputs: [second.input(as: "a")]) { "3" }
            return traced("i", node: "x_2", inputs: [odd.input(as: "a")]) { "4" }
        }
        let problem = try problem(trace, [taken])
        let labels = problem.code.map(\.label)
        #expect(Set(labels).count == 4 && !labels.contains("x_1"))
        #expect(labels == labels.map(Trace.identifier))
        #expect(problem.code.last?.arguments.map(\.label) == [labels[2]])
    }

    @Test func aCompositeOperationWithAFailureStaysOpen() async throws {
        struct Broken: Error {}
        let trace = await Trace.record {
            let p = Traced<Value>.parameter(parameter)
            return try await scope("outer", inputs: []) {
                let inner = traced("inner", p) { _ in "i" }
                return try traced("breaks", inner) { _ -> String in throw Broken() }
            }
        }
        #expect(
            lines(try problem(trace, scopes: .collapsed)) == [
                "inner = inner(p=p)  (in outer)", "breaks = breaks(inner=inner)  (in outer)",
                "outer = outer(failure=breaks)",
            ])
    }

    @Test func aCompositeOperationWithFeedbackInsideStaysOpen() async throws {
        let trace = await Trace.record {
            let p = Traced<Value>.parameter(parameter)
            return try await scope("outer", inputs: []) {
                let inner = traced("inner", p) { _ in "i" }
                return traced("last", inner) { $0 }
            }
        }
        #expect(lines(try problem(trace, scopes: .collapsed)) == ["outer = outer(p=p)"])
        let inner = try #require(trace.node(named: "inner")?.id)
        let spoken = try trace.feedback("Short.", on: inner).feedback("Fine.", on: try #require(trace.result?.id))
        let open = try problem(spoken, scopes: .collapsed)
        #expect(
            lines(open) == [
                "inner = inner(p=p)  (in outer)", "last = last(inner=inner)  (in outer)", "outer = outer(result=last)",
            ])
        #expect(open.runs.first?.feedback.map(\.label) == ["inner", "outer"])
    }

    @Test func aRunThatHadAnotherValueSaysSo() async throws {
        func trace(_ value: Value) async -> Trace {
            await Trace.record(Candidate(values: ["p": value])) {
                traced("f", Traced<Value>.parameter(parameter)) { "\($0) out" }
            }
        }
        let space = ParameterSpace([parameter])
        let traces = [await trace("old"), await trace("new")]
        let rendered = ProblemRenderer().render(try Problem(traces: traces, parameters: space))
        #expect(rendered.text.contains("(text) p = new\n"))
        #expect(rendered.text.contains("# Inputs\n[1] p in this run = old\n\n"))
    }

    @Test func outputsOfAMapAreShownByWhatIsSaid() async throws {
        let trace = await Trace.record {
            let p = Traced<Value>.parameter(parameter)
            let votes = (0..<30).map { index in traced("vote", p) { _ in index }.input(as: "vote\(index)") }
            return traced("all", inputs: votes) { "done" }
        }
        var spoken = trace
        for (index, node) in trace.nodes.filter({ $0.base == "vote" }).enumerated() {
            try spoken.give(
                Feedback(on: node.id, index == 17 ? "Far off." : "Fine.", scores: ["s": index == 17 ? 0 : 1]))
        }
        let run = try #require(try problem(spoken).runs.first)
        #expect(run.outputs.first?.label == "vote[18 of 30]")
        #expect(run.outputs.count == 8 && run.outputsLeftOut == 22)
        #expect(run.feedback.map(\.label) == run.outputs.map(\.label))
        #expect(ProblemRenderer().render(try problem(spoken)).text.contains("… 22 more outputs with feedback left out"))
    }
}
