import Testing
import TraceGraph

@Suite("Decisions on traced values")
struct DecisionTests {
    @Test("a traced value is not Equatable: a comparison is a node")
    func notEquatable() {
        #expect(!(Traced(1, name: "x") as Any is any Equatable))
        #expect((Traced(1, name: "x") == Traced(1, name: "y")).value)
    }

    @Test("both sides are parents under their names")
    func names() async throws {
        let trace = await Trace.record {
            let x = Traced(1, name: "x")
            return (x == 1) && (2 != x) && (x < x) || (x <= 3) || (x > x)
        }
        #expect(
            trace.nodes.compactMap { $0.operation?.name } == [
                "equal", "unequal", "and", "less", "and", "at_most", "or", "or",
            ])
        for node in trace.nodes where node.inputs.count == 2 { #expect(node.inputs.map(\.name) == ["left", "right"]) }
    }

    @Test("a side that decides alone is the only parent, and the other does not run")
    func shortCircuit() async throws {
        let trace = await Trace.record {
            let yes = Traced(true, name: "yes"), no = Traced(false, name: "no")
            func mustNotRun() -> Traced<Bool> {
                Issue.record("ran")
                return yes
            }
            return gather([
                no && mustNotRun(), yes || mustNotRun(), no && mustNotRun().value, false && mustNotRun(),
                yes && no, no || yes, true && yes, no || false,
            ])
        }
        #expect(trace.result?.value == [false, true, false, false, false, true, true, false])
        let logic = trace.nodes.filter { $0.operation?.name == "and" || $0.operation?.name == "or" }
        #expect(logic.map(\.inputs.count) == [1, 1, 1, 1, 2, 2, 2, 2])
    }

    @Test("a failing side is not taken for a decision")
    func failingSide() async {
        let trace = await Trace.record {
            let x = Traced(0, name: "x")
            return try x == 0 && 1 / x > 0
        }
        #expect(trace.outcome.name == "failed")
        #expect(trace.result?.base == "divide")
    }

    @Test("an eager choice has three parents, a lazy one the condition and what ran")
    func cond() async throws {
        let trace = await Trace.record {
            let flag = Traced(false, name: "flag"), a = Traced("a", name: "a"), b = Traced("b", name: "b")
            let eager = TraceGraph.cond(flag, then: a, else: b)
            let lazy = TraceGraph.cond(flag) {
                a.uppercased()
            } else: {
                b.uppercased()
            }
            let other = try await TraceGraph.cond(!flag) {
                try await traced("wait", a) { a in
                    await Task.yield()
                    return a
                }
            } else: {
                b
            }
            return eager + lazy + other
        }
        #expect(trace.result?.value == "bBa")
        let choices = trace.nodes.filter { $0.base == "cond" }
        #expect(
            choices.map { $0.inputs.map(\.name) } == [
                ["condition", "then", "else"], ["condition", "else"], ["condition", "then"],
            ])
        #expect(trace.nodes.filter { $0.base == "uppercase" }.count == 1)
    }

    @Test("plain values to choose from are constants")
    func plainChoices() async throws {
        let trace = await Trace.record {
            let flag = Traced(true, name: "flag"), x = Traced(1.5, name: "x"), word = "word"
            return TraceGraph.cond(flag, then: "\(TraceGraph.cond(flag, then: x, else: 0))", else: "none")
                + TraceGraph.cond(flag, then: word, else: word)
        }
        #expect(trace.result?.value == "1.5word")
        #expect(trace.nodes.filter { $0.kind == .constant }.map(\.base) == ["else", "else", "then", "else"])
    }

    @Test("a missing value is replaced, and the replacement computed only then")
    func defaults() async throws {
        let trace = await Trace.record {
            let some = Traced<Int?>(1, name: "some"), none = Traced<Int?>(nil, name: "none")
            func mustNotRun() -> Traced<Int> {
                Issue.record("ran")
                return 0
            }
            let twice = some.map("twice") { $0 * 2 }
            return try gather([some.or(mustNotRun()), none.or(7), none.or(some.or(0)), twice.unwrapped()])
        }
        #expect(trace.result?.value == [1, 7, 1, 2])
        #expect(trace.nodes.filter { $0.base == "default" }.map(\.inputs.count) == [1, 2, 1, 2])
        let missing = await Trace.record { try Traced<Int?>(nil, name: "none").unwrapped() }
        #expect((missing.error as? OperationError)?.code == .missing)
        #expect((Traced<Int?>(nil, name: "none") == nil).value)
    }
}
