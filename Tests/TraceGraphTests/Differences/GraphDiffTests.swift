import Testing
import TraceGraph

@Suite("GraphDiff")
struct GraphDiffTests {
    struct Agent: Sendable {
        @Parameter("instruction") var instruction = "Be brief."

        /// A loop in which every turn reads what the one before left.
        func run(turns: Int, lookingUp: Bool = false) async throws -> Traced<String> {
            var state = Traced("start", name: "question")
            for turn in 0..<turns {
                if lookingUp, turn == 1 { state = traced("look up", state) { "\($0) found" } }
                let plan = traced("plan", $instruction, state) { "\($0) \($1)".count }
                state = traced("act", plan, Traced.constant(turn, name: "turn")) { "did \($0) in \($1)" }
            }
            return traced("finish", state) { $0.uppercased() }
        }
    }

    let agent = Agent()

    func names(_ ids: [NodeID?], in trace: Trace) -> [String] { ids.compactMap { $0.map { trace[$0].name } } }

    @Test("of a trace with itself is empty")
    func same() async {
        let trace = await Trace.record { try await agent.run(turns: 3) }
        let diff = GraphDiff(trace, trace)
        #expect(diff.isEmpty)
        #expect(diff.counts == (trace.nodes.count, 0, 0, 0))
        for node in trace.nodes { #expect(diff.counterpart(ofBefore: node.id) == node.id) }
    }

    @Test("under another candidate shows the parameter first, as the origin of everything else")
    func candidates() async throws {
        let candidate = Candidate(id: .init(1), values: ["instruction": "Be very brief."])
        let a = await Trace.record { try await agent.run(turns: 2) }
        let b = await Trace.record(candidate) { try await agent.run(turns: 2) }
        let diff = GraphDiff(a, b)
        #expect(diff.changes.map { diff.node(of: $0).base } == ["instruction", "plan", "act", "plan", "act", "finish"])
        #expect(diff.changes.allSatisfy { $0.aspects == .value })
        #expect(diff.origins.map { diff.node(of: $0).name } == ["instruction:0"])
    }

    @Test("a loop that ran five and seven times is the same for five turns, and goes on from there")
    func turns() async throws {
        let (a, b) = (
            await Trace.record { try await agent.run(turns: 5) }, await Trace.record { try await agent.run(turns: 7) }
        )
        let diff = GraphDiff(a, b)
        #expect(
            names(diff.changes.map(\.after), in: b) == [
                "plan:5", "turn:5", "act:5", "plan:6", "turn:6", "act:6", "finish:0",
            ])
        #expect(diff.origins.map { diff.node(of: $0).name } == ["plan:5"])
        #expect(diff.changes.last?.aspects == [.value, .inputs])
        #expect(diff.counts == (a.nodes.count - 1, 1, 6, 0))
        #expect(GraphDiff(b, a).counts == (a.nodes.count - 1, 1, 0, 6))
    }

    @Test("a step put in the middle of a loop is added, and the turns after it stay with theirs")
    func inserted() async throws {
        let a = await Trace.record { try await agent.run(turns: 4) }
        let b = await Trace.record { try await agent.run(turns: 4, lookingUp: true) }
        let diff = GraphDiff(a, b)
        #expect(names(diff.changes.filter { $0.before == nil }.map(\.after), in: b) == ["look up:0"])
        #expect(diff.counts.removed == 0)
        for node in a.nodes {
            #expect(diff.counterpart(ofBefore: node.id).map { b[$0].name } == node.name)
        }
        #expect(diff.origins.map { diff.node(of: $0).name } == ["look up:0"])
    }

    @Test("items that ran side by side are matched by their values, wherever they ended up")
    func items() async throws {
        func map(_ items: [String], factor: Int) async -> Trace {
            await Trace.record {
                var scores: [Traced<Int>] = []
                for item in items {
                    let score = traced("score", Traced(item, name: "item"), Traced.constant(factor, name: "factor")) {
                        $0.count * $1
                    }
                    scores.append(traced("half", score) { $0 / 2 })
                }
                return traced("sum", inputs: scores.map { $0.input(as: "score") }) {
                    scores.reduce(0) { $0 + $1.value }
                }
            }
        }
        let a = await map(["one", "three", "seventeen"], factor: 2)
        let b = await map(["seventeen", "one", "eleven!", "three"], factor: 4)
        let diff = GraphDiff(a, b)
        for node in a.nodes where node.base == "item" || node.base == "score" {
            let partner = try #require(diff.counterpart(ofBefore: node.id))
            let (mine, yours) = (node.inputs.first?.node ?? node.id, b[partner].inputs.first?.node ?? partner)
            #expect(a[mine].value == b[yours].value, "\(node.name)")
        }
        #expect(
            Set(diff.changes.filter { $0.before == nil }.map { diff.node(of: $0).value }) == ["eleven!", 4, 28, 14])
    }

    @Test("a replaced operation is changed in operation, not removed and added")
    func replaced() async throws {
        func run(_ name: String, node: String) async -> Trace {
            await Trace.record {
                let reply = traced("reply", Traced("Hello", name: "message")) { $0 + " World" }
                let tidy = traced(name, node: node, inputs: [reply.input(as: "text")]) { reply.value.lowercased() }
                return traced("mood", tidy) { $0.count }
            }
        }
        let a = await run("normalise", node: "tidy")
        let sameNode = GraphDiff(a, await run("lowercase", node: "tidy"))
        #expect(sameNode.changes.map(\.aspects) == [.operation])
        #expect(sameNode.origins.count == 1)
        let otherNode = GraphDiff(a, await run("lowercase", node: "small"))
        #expect(otherNode.changes.first?.aspects == [.operation, .name])
        #expect(otherNode.counts.added == 0 && otherNode.counts.removed == 0)
    }

    @Test("an operation that fails in one of the traces is changed in kind; a value of another kind is another value")
    func failed() async throws {
        func run(_ divisor: Int) async -> Trace {
            await Trace.record {
                try traced("divide", Traced(12, name: "number"), Traced(divisor, name: "divisor")) { number, divisor in
                    guard divisor != 0 else { throw NoMessage() }
                    return number / divisor
                }
            }
        }
        let diff = GraphDiff(await run(3), await run(0))
        #expect(diff.changes.map { diff.node(of: $0).base } == ["divisor", "divide"])
        #expect(diff.changes.map(\.aspects) == [.value, [.value, .kind]])
        #expect(diff.origins.map { diff.node(of: $0).base } == ["divisor"])
    }

    @Test("not-a-number is no difference from itself")
    func notANumber() async {
        func run() async -> Trace {
            await Trace.record { traced("list", Traced(Double.nan, name: "x")) { [$0, 1] } }
        }
        #expect(GraphDiff(await run(), await run()).isEmpty)
    }

    @Test("steps that changed places have an origin, too")
    func swapped() async {
        func run(_ names: [String]) async -> Trace {
            await Trace.record {
                var value = Traced(1, name: "x")
                for name in names { value = traced(name, value.as("number")) { $0 * 2 + name.count } }
                return value
            }
        }
        let diff = GraphDiff(await run(["double", "add"]), await run(["add", "double"]))
        #expect(!diff.isEmpty)
        #expect(!diff.origins.isEmpty)
    }

    @Test("traces without nodes, and of nothing in common")
    func edges() async throws {
        let empty = try Trace(
            nodes: [], operations: [], candidate: Candidate(values: [:]), outcome: .cancelled, duration: 0)
        let trace = await Trace.record { try await agent.run(turns: 1) }
        #expect(GraphDiff(empty, empty).isEmpty)
        #expect(GraphDiff(empty, trace).counts == (0, 0, trace.nodes.count, 0))
        #expect(GraphDiff(trace, empty).counts == (0, 0, 0, trace.nodes.count))
    }

    @Test("a long chain is compared without recursion")
    func large() async throws {
        func chain(_ count: Int, from start: Int) throws -> Trace {
            var nodes = [
                NodeDraft(base: "x", ordinal: 0, kind: .input, operation: nil, inputs: [], value: .integer(start))
            ]
            for place in 1..<count {
                nodes.append(
                    NodeDraft(
                        base: "step", ordinal: place, kind: .operation, operation: 0,
                        inputs: [Node.Input(name: "x", node: NodeID(place - 1))], value: .integer(start + place)))
            }
            return try Trace(
                nodes: nodes, operations: [Operation(name: "step")], candidate: Candidate(values: [:]),
                outcome: .completed(NodeID(count - 1)), duration: 0)
        }
        let diff = GraphDiff(try chain(20_000, from: 0), try chain(20_100, from: 1))
        #expect(diff.counts == (0, 20_000, 100, 0))
        #expect(diff.origins.count == 1)
    }
}
