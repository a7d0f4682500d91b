import Optrace

/// What recording an operation with two parents and a short value costs.
struct RecordingOperations: Benchmark {
    static let name = "record.operation"

    func measure(_ report: Report) async throws {
        for shape in Shape.allCases {
            try await measure(shape, Int.self, named: shape.rawValue, report)
        }
        try await measure(.chain, String.self, named: "chain.text", report)
    }

    private func measure<Content: Addend>(
        _ shape: Shape, _: Content.Type, named label: String, _ report: Report
    ) async throws {
        var growth = Growth()
        for size in Sizes.all {
            let program = ShapedProgram<Content>(shape, count: size)
            let cost = await Median().perUnit { watch in
                // The trace is released after the clock was read.
                _ = await watch.time(size) { await program.record() }
            }
            growth.add(cost, at: size)
            report.add(Measure(name: name, shape: label, size: size, value: cost, unit: "ns", reach: 150))
        }
        if let measure = growth.measure(of: name, label) { report.add(measure) }
    }
}
