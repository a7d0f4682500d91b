import Optrace

/// What storing a node costs, with its edges and its value, in transactions of a hundred traces.
struct StoringNodes: Benchmark {
    static let name = "store.node"

    func measure(_ report: Report) async throws {
        for (label, share) in [("repeating", 0.95), ("distinct", 0.0)] {
            let batch = await StoredBatch(traces: 1_000, nodes: 100, repeating: share)
            let cost = try await Median().perUnit { watch in
                let file = try ScratchFile("nodes.sqlite")
                defer { file.remove() }
                let store = try TraceStore(path: file.path)
                for part in batch.parts(of: 100) {
                    _ = try await watch.time(part.reduce(0) { $0 + $1.trace.nodes.count }) {
                        try store.save(part, workflow: "benchmark", split: "train")
                    }
                }
                try store.close()
            }
            report.add(
                Measure(
                    name: name, shape: label, size: batch.nodes, value: cost / 1000, unit: "µs", reach: 5))
        }
    }
}
