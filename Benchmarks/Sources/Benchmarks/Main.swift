import Optrace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `Benchmarks [--only PREFIX] [--optrace PATH] [--ruleworld FOLDER] [--methods NAMES]`: one JSON line a measure on standard output, remarks on standard error.
@main
struct Main {
    static func main() async {
        // As the optrace program does.
        RecordingMemory.keepFreed()
        StoreMemory.leaveUncounted()
        let report = Report()
        do {
            let words = Array(CommandLine.arguments.dropFirst())
            switch words.first {
            case LoopbackServer.command:
                var server = try LoopbackServer(text: ModelCalls.reply)
                server.run()
            case WholeLife.command:
                guard words.count == 3, let shape = Shape(rawValue: words[1]), let count = Int(words[2]) else {
                    throw BenchmarkError("live SHAPE COUNT")
                }
                try await WholeLife.live(shape, count: count)
            default:
                try await measure(try Selection(words), report)
            }
        } catch {
            report.remark("error: \(error)")
            exit(1)
        }
    }

    private static func measure(_ selection: Selection, _ report: Report) async throws {
        let benchmarks: [any Benchmark] = [
            RecordingOperations(), UnrecordedOperations(), MemoryOfNodes(), WholeLife(), Subgraphs(), Rendering(),
            ModelCalls(), StoringNodes(), LookingUpCompletions(), LookingUpResults(), CachedReruns(),
            BayesianRegret(), ReportingNodes(program: selection.optrace),
            StartingTheProgram(program: selection.optrace),
            RuleWorlds(folder: selection.worlds, methods: selection.methods),
        ]
        let chosen = benchmarks.filter { $0.name.hasPrefix(selection.only) }
        guard !chosen.isEmpty else {
            throw BenchmarkError(
                "nothing is called '\(selection.only)…'; there are " + benchmarks.map(\.name).joined(separator: ", "))
        }
        for benchmark in chosen {
            report.remark(benchmark.name)
            try await benchmark.measure(report)
        }
    }
}
