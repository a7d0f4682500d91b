import Foundation
import Optrace

/// What a node costs that a Python program reports over the protocol: recorded in Python, sent, read, put into the graph
/// and stored. CPU time of both processes, and the time that passes.
struct ReportingNodes: Benchmark {
    static let name = "protocol"
    /// The release build of the program.
    let program: String

    private static let nodes = 20_000

    private static let app = """
        import optrace

        @optrace.traced
        def add(a, b):
            return a + b

        def work(count: int) -> int:
            total = 1
            for _ in range(optrace.plain(count)):
                total = add(total, 1)
            return total

        optrace.serve(work)
        """

    private static let workflow = """
        name: nodes
        inputs: { count: integer }
        program: [python3, app.py]
        """

    func measure(_ report: Report) async throws {
        let database = try ScratchFile("t.sqlite")
        defer { database.remove() }
        let workflow = database.folder.appendingPathComponent("w.yaml")
        try Self.app.write(
            to: database.folder.appendingPathComponent("app.py"), atomically: false, encoding: .utf8)
        try Self.workflow.write(to: workflow, atomically: false, encoding: .utf8)
        let module = Self.module
        setenv("PYTHONPATH", module, 1)
        setenv("PYTHONDONTWRITEBYTECODE", "1", 1)
        func run(_ count: Int) throws -> ChildProcess.End {
            let end = try ChildProcess(
                program,
                arguments: [
                    "run", workflow.path, "--database", database.path, "--input", "count=\(count)",
                ],
                output: .discarded
            ).end()
            guard end.status == 0 else { throw BenchmarkError("\(program) run ended with status \(end.status)") }
            return end
        }
        _ = try run(0)
        var cpu: [Double] = []
        var wall: [Double] = []
        for _ in 0..<5 {
            let (empty, full) = (try run(0), try run(Self.nodes))
            cpu.append(Double(full.cpu - empty.cpu) / 1e3 / Double(Self.nodes))
            wall.append(Double(full.wall - empty.wall) / 1e3 / Double(Self.nodes))
        }
        // A call with a literal is two nodes: the literal and the sum.
        report.add(
            Measure(
                name: "protocol.node", shape: "cpu", size: Self.nodes, value: Median.of(cpu), unit: "µs", reach: 100))
        report.add(
            Measure(
                name: "protocol.node", shape: "wall", size: Self.nodes, value: Median.of(wall), unit: "µs", reach: 100))
    }

    /// Beside this package.
    private static var module: String {
        let file = #filePath.split(separator: "/").dropLast(5).joined(separator: "/")
        return "/\(file)/python"
    }
}
