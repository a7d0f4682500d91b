import Testing
import TraceGraph

@Suite("Trace: minimal subgraph")
struct SubgraphTests {
    /// A random graph of `count` nodes; each has up to three earlier ones as inputs, some roots are parameters.
    func generated(_ count: Int, using random: inout TestRandom) throws -> Trace {
        var nodes: [NodeDraft] = []
        var parameters: [NodeID: ParameterDefinition] = [:]
        for index in 0..<count {
            let inputs = (0..<Int.random(in: 0...min(3, index), using: &random)).map { place in
                Node.Input(name: "i\(place)", node: NodeID(Int.random(in: 0..<index, using: &random)))
            }
            let isParameter = inputs.isEmpty && Int.random(in: 0..<3, using: &random) == 0
            if isParameter {
                parameters[NodeID(index)] = ParameterDefinition("p\(index)", kind: .number, initial: 0)
            }
            nodes.append(
                NodeDraft(
                    base: "n", ordinal: index, kind: isParameter ? .parameter : inputs.isEmpty ? .input : .operation,
                    operation: inputs.isEmpty ? nil : 0, inputs: inputs, value: .integer(index)))
        }
        return try Trace(
            nodes: nodes, operations: [Operation(name: "op")], parameters: parameters,
            candidate: Candidate(values: [:]),
            outcome: .completed(NodeID(count - 1)), duration: 0)
    }

    @Test("equals its definition: below a parameter and above an output, plus what those operations read")
    func definition() throws {
        var random = TestRandom(5)
        for _ in 0..<400 {
            let trace = try generated(Int.random(in: 1...24, using: &random), using: &random)
            let outputs = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                NodeID(Int.random(in: 0..<trace.nodes.count, using: &random))
            }
            func ancestors(of id: NodeID) -> Set<NodeID> {
                trace[id].inputs.reduce(into: [id]) { $0.formUnion(ancestors(of: $1.node)) }
            }
            let above = outputs.reduce(into: Set<NodeID>()) { $0.formUnion(ancestors(of: $1)) }
            let below = Set(trace.nodes.map(\.id).filter { !ancestors(of: $0).isDisjoint(with: trace.parameters) })
            let kept = above.intersection(below)
            let read = Set(kept.flatMap { trace[$0].inputs.map(\.node) }).subtracting(kept)
            let subgraph = try trace.subgraph(from: outputs)
            #expect(subgraph.nodes == kept.sorted())
            #expect(subgraph.blankets == read.sorted())
            #expect(try trace.subgraph(from: outputs.reversed()) == subgraph)
        }
    }

    @Test("is empty where no parameter leads, and a foreign node is an error")
    func edges() throws {
        var random = TestRandom(6)
        let trace = try generated(8, using: &random)
        #expect(try trace.subgraph(from: []).isEmpty)
        #expect(try trace.subgraph(from: [NodeID(7)], to: []).isEmpty)
        #expect(throws: TraceError.self) { try trace.subgraph(from: [NodeID(8)]) }
    }

    @Test("feedback is kept in order, on any output, and never merged")
    func feedback() throws {
        var random = TestRandom(7)
        var trace = try generated(8, using: &random)
        let given = [Feedback(on: NodeID(7), "a"), Feedback(on: NodeID(3), "b"), Feedback(on: NodeID(7), "a")]
        for item in given { try trace.give(item) }
        #expect(trace.feedback == given)
        #expect(throws: TraceError.self) { try trace.give(Feedback(on: NodeID(99), "x")) }
    }

    @Test("display names are all different, and parameters keep theirs")
    func displayNames() throws {
        let bases = ["x", "x_1", "x", "x_1_0", "1st", "queue name", "queue_name", "x"]
        var counts: [String: Int] = [:]
        let nodes = bases.map { base in
            defer { counts[base, default: 0] += 1 }
            return NodeDraft(
                base: base, ordinal: counts[base, default: 0], kind: .input, operation: nil, inputs: [], value: .null)
        }
        let trace = try Trace(
            nodes: nodes, operations: [],
            parameters: [NodeID(7): ParameterDefinition("x_1", kind: .number, initial: 0)],
            candidate: Candidate(values: [:]), outcome: .cancelled, duration: 0)
        let names = trace.displayNames(of: (0..<nodes.count).map(NodeID.init))
        #expect(Set(names.values).count == nodes.count)
        #expect(names[NodeID(7)] == "x_1")
    }
}
