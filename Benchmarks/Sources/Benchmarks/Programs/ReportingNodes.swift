import Optrace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
        var path = Array("/tmp/optrace-protocol-XXXXXX".utf8CString)
        guard mkdtemp(&path) != nil else { throw BenchmarkError("no scratch folder can be made") }
        let folder = String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            for name in ["app.py", "w.yaml", "t.sqlite", "t.sqlite-wal", "t.sqlite-shm", ""] {
                remove("\(folder)/\(name)")
            }
        }
        try Self.write(Self.app, to: "\(folder)/app.py")
        try Self.write(Self.workflow, to: "\(folder)/w.yaml")
        let module = Self.module
        setenv("PYTHONPATH", module, 1)
        setenv("PYTHONDONTWRITEBYTECODE", "1", 1)
        func run(_ count: Int) throws -> ChildProcess.End {
            let end = try ChildProcess(
                program,
                arguments: [
                    "run", "\(folder)/w.yaml", "--database", "\(folder)/t.sqlite", "--input", "count=\(count)",
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

    private static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw BenchmarkError("\(path) cannot be written") }
        defer { fclose(file) }
        _ = Array(text.utf8).withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    }
}
