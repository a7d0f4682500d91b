import Foundation
import Optrace

/// The most memory that a trace needs from being recorded to being released: recorded, stored, released, loaded,
/// rendered. A process of its own for each shape.
struct WholeLife: Benchmark {
    static let name = "record.life"
    static let command = "live"

    func measure(_ report: Report) async throws {
        let size = 1_000_000
        for shape in Shape.allCases {
            let end = try ChildProcess(
                arguments: [Self.command, shape.rawValue, String(size)], output: .discarded
            ).end()
            guard end.status == 0 else {
                throw BenchmarkError("the life of a trace (\(shape.rawValue)) ended with status \(end.status)")
            }
            report.add(
                Measure(
                    name: name, shape: shape.rawValue, size: size, value: Double(end.peak) / 1e6, unit: "MB",
                    reach: 1000, details: ["cpu_s": .number(Measure.rounded(Double(end.cpu) / 1e9))]))
        }
    }

    /// What the process does.
    static func live(_ shape: Shape, count: Int) async throws {
        let file = try ScratchFile("life.sqlite")
        defer { file.remove() }
        let report = Report()
        let program = ShapedProgram<Int>(shape, count: count)
        let store = try TraceStore(path: file.path)
        var step = Step(report)
        let id = try await {
            let trace = try await program.record().withFeedback()
            step.done("recorded")
            let id = try store.save(trace, workflow: "life")
            step.done("stored")
            return id
        }()
        let trace = try store.trace(id: id)
        step.done("loaded")
        let problem = try Problem(traces: [trace], parameters: program.parameters)
        let page = ProblemRenderer(tokenBudget: 8000).render(problem)
        step.done("rendered to \(page.tokens) tokens")
        try store.close()
    }

    private struct Step {
        let report: Report
        var start = CPUTime.ofProcess

        init(_ report: Report) { self.report = report }

        mutating func done(_ what: String) {
            let now = CPUTime.ofProcess
            report.remark("  \(what): \((now - start) / 1_000_000) ms")
            start = now
        }
    }
}
