import Optrace

/// How long `optrace --help` takes.
struct StartingTheProgram: Benchmark {
    static let name = "cli.start"
    /// The release build of the program.
    let program: String

    func measure(_ report: Report) async throws {
        _ = try start()
        let ends = try (0..<21).map { _ in try start() }
        let cpu = Median.of(ends.map { Double($0.cpu) / 1e6 })
        let wall = Median.of(ends.map { Double($0.wall) / 1e6 })
        report.add(Measure(name: name, shape: "cpu", size: ends.count, value: cpu, unit: "ms", reach: 30))
        report.add(Measure(name: name, shape: "wall", size: ends.count, value: wall, unit: "ms", reach: 30))
    }

    private func start() throws -> ChildProcess.End {
        let end = try ChildProcess(program, arguments: ["--help"], output: .discarded).end()
        guard end.status == 0 else { throw BenchmarkError("\(program) --help ended with status \(end.status)") }
        return end
    }
}
