import Testing
import TraceGraph

@Suite("Laws of the minimal subgraph, over generated programs")
struct SubgraphLaws {
    /// The definition, word by word, by asking of every pair of nodes whether one leads to the other.
    struct BruteForce {
        /// `reach[a]`: all nodes that can be arrived at from `a` along edges, itself included.
        let reach: [Set<Int>]
        let trace: Trace

        init(_ trace: Trace) {
            self.trace = trace
            var reach = trace.nodes.map { Set([$0.id.index]) }
            for start in reach.indices.reversed() {
                for node in trace.nodes where node.inputs.contains(where: { $0.node.index == start }) {
                    reach[start].formUnion(reach[node.id.index])
                }
            }
            self.reach = reach
        }

        func subgraph(from outputs: [NodeID], to parameters: [NodeID]) -> (nodes: [NodeID], blankets: [NodeID]) {
            let inside = trace.nodes.map(\.id).filter { id in
                parameters.contains { reach[$0.index].contains(id.index) }
                    && outputs.contains { reach[id.index].contains($0.index) }
            }
            let blankets = trace.nodes.map(\.id).filter { id in
                !inside.contains(id) && inside.contains { trace[$0].inputs.map(\.node).contains(id) }
            }
            return (inside, blankets)
        }
    }

    @Test("it is the brute-force definition, for any outputs and parameters; each node once, in execution order")
    func definition() async throws {
        var random = TestRandom(11)
        for seed in RecordingLaws.seeds {
            var generator = ProgramGenerator(seed: seed)
            let program = generator.program()
            let trace = await program.trace(sideBySide: seed % 2 == 0)
            let brute = BruteForce(trace)
            let all = trace.nodes.map(\.id)
            for _ in 0..<6 {
                let outputs = all.filter { _ in Int.random(in: 0..<4, using: &random) == 0 } + [all[all.count - 1]]
                let parameters = trace.parameters.filter { _ in Bool.random(using: &random) }
                let expected = brute.subgraph(from: outputs, to: parameters)
                let found = try trace.subgraph(from: outputs.shuffled(using: &random), to: parameters.reversed())
                #expect(found.nodes == expected.nodes, "\(program)")
                #expect(found.blankets == expected.blankets, "\(program)")
                #expect(zip(found.all, found.all.dropFirst()).allSatisfy { $0 < $1 }, "\(program)")
                #expect(found.all.count == Set(found.nodes + found.blankets).count, "\(program)")
            }
            let outputs = trace.result.map { [$0.id] } ?? []
            let expected = brute.subgraph(from: outputs, to: trace.parameters)
            #expect(try trace.subgraph(from: outputs).nodes == expected.nodes, "\(program)")
        }
    }

    @Test("the subgraph of several outputs is the union of theirs")
    func union() async throws {
        for seed in RecordingLaws.seeds {
            var generator = ProgramGenerator(seed: seed)
            let program = generator.program()
            let trace = await program.trace()
            let outputs = trace.nodes.map(\.id).filter { $0.index % 3 == seed % 3 }
            let parts = try outputs.map { try trace.subgraph(from: [$0]) }
            let whole = try trace.subgraph(from: outputs)
            #expect(Set(whole.nodes) == parts.reduce(into: Set()) { $0.formUnion($1.nodes) }, "\(program)")
            #expect(Set(whole.all) == parts.reduce(into: Set()) { $0.formUnion($1.all) }, "\(program)")
        }
    }
}
