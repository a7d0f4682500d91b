import Optrace

/// What finding the subgraph between the parameter and the output costs, a node and an edge.
struct Subgraphs: Benchmark {
    static let name = "subgraph"

    func measure(_ report: Report) async throws {
        for shape in Shape.allCases {
            var growth = Growth()
            for size in Sizes.all {
                let trace = await ShapedProgram<Int>(shape, count: size).record()
                guard let output = trace.result?.id else { throw BenchmarkError("the trace has no output") }
                let elements = trace.nodes.count + trace.nodes.reduce(0) { $0 + $1.inputs.count }
                let cost = try await Median().perUnit { watch in
                    _ = try await watch.time(elements) { try Self.subgraph(of: trace, from: output) }
                }
                growth.add(cost, at: size)
                report.add(
                    Measure(name: name, shape: shape.rawValue, size: size, value: cost, unit: "ns", reach: 20))
            }
            if let measure = growth.measure(of: name, shape.rawValue) { report.add(measure) }
        }
    }

    @inline(never)
    private static func subgraph(of trace: Trace, from output: NodeID) throws -> Subgraph {
        try trace.subgraph(from: [output])
    }
}
