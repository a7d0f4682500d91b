import Optrace

/// What it costs to make a trace a problem and to render it into 8 000 tokens.
struct Rendering: Benchmark {
    static let name = "render"

    func measure(_ report: Report) async throws {
        for shape in Shape.allCases {
            var growth = Growth()
            for size in Sizes.all {
                let program = ShapedProgram<Int>(shape, count: size)
                let trace = try await program.record().withFeedback()
                let parameters = program.parameters
                let median = size < 1_000_000 ? Median() : .ofOne
                let cost = try await median.perUnit { watch in
                    _ = try await watch.time(1) {
                        let problem = try Problem(traces: [trace], parameters: parameters)
                        return ProblemRenderer(tokenBudget: 8000).render(problem)
                    }
                }
                // What every page costs, whatever it shows, would hide how a small trace grows.
                if size >= 10_000 { growth.add(cost / Double(size), at: size) }
                report.add(
                    Measure(
                        name: name, shape: shape.rawValue, size: size, value: cost / 1e6, unit: "ms",
                        reach: size == 10_000 ? 20 : nil))
            }
            if let measure = growth.measure(of: name, shape.rawValue) { report.add(measure) }
        }
    }
}
