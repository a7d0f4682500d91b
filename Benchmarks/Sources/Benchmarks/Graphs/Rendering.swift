import Optrace

/// What it costs to make a trace a problem and to render it into 8 000 tokens.
struct Rendering: Benchmark {
    static let name = "render"

    func measure(_ report: Report) async throws {
        for shape in Shape.allCases {
            var growth = Growth()
            for size in [100] + Sizes.all {
                let program = ShapedProgram<Int>(shape, count: size)
                let trace = try await program.record().withFeedback()
                let parameters = program.parameters
                let median = size < 1_000_000 ? Median() : .ofOne
                let cost = try await median.perUnit { watch in
                    _ = try await watch.time(1) { try Self.page(of: trace, parameters) }
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

    // Not inlined: the compiler (6.3.1) crashes on typed errors thrown inside an asynchronous function it optimizes.
    @inline(never)
    private static func page(of trace: Trace, _ parameters: ParameterSpace) throws -> RenderedProblem {
        ProblemRenderer(tokenBudget: 8000).render(try Problem(traces: [trace], parameters: parameters))
    }
}
