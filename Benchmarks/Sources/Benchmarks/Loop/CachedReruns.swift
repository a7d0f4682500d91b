import Optrace

/// A whole optimization run once more over the replies it has kept: how many nodes it evaluates a second, and that it asks
/// no model.
struct CachedReruns: Benchmark {
    static let name = "cached.rerun"

    func measure(_ report: Report) async throws {
        let file = try ScratchFile("rerun.sqlite")
        defer { file.remove() }
        let store = try TraceStore(path: file.path)
        let first = ScriptedRouter()
        let conclusion = try await run(first, in: store)
        report.remark(
            "  first run: \(first.requests) requests, \(try self.nodes(of: "latest", in: store)) nodes, "
                + "best \(conclusion.best.id), \(conclusion.reason)")

        let router = ScriptedRouter()
        var speeds: [Double] = []
        var nodes = 0
        let cost = try await Median(least: 0).perUnit { watch in
            let start = CPUTime.ofWall
            var stopwatch = Stopwatch()
            try await stopwatch.time(1) {
                guard try await run(router, in: store).best == conclusion.best else {
                    throw BenchmarkError("the run decided otherwise than the first")
                }
            }
            let wall = Double(CPUTime.ofWall - start) / 1e9
            nodes = try self.nodes(of: "latest", in: store)
            speeds.append(Double(nodes) / wall)
            watch.add(stopwatch, units: nodes)
        }
        try store.close()
        guard router.requests == 0 else { throw BenchmarkError("the run asked the model \(router.requests) times") }
        report.add(
            Measure(
                name: name, shape: "library", size: nodes, value: 1e9 / cost, unit: "nodes/s",
                reach: 20_000,
                details: [
                    "requests": .integer(router.requests),
                    "wall_nodes_s": .number(Measure.rounded(Median.of(speeds))),
                ]))
    }

    private func run(_ model: ScriptedRouter, in store: TraceStore) async throws -> RunConclusion {
        let ledger = Ledger()
        let models = MeteredModel(CachedModel(model, cache: store.completions), ledger: ledger)
        let metric = ExactMatch()
        let subject = Routing(models)
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: [metric], objective: Objective(metric)),
            splits: .init(
                train: Routing.examples(100, "t"), validation: Routing.examples(100, "v"),
                holdout: Routing.examples(200, "h")),
            plan: OptimizationPlan(steps: 12, minibatch: 16, siblings: 2, seed: 5, patience: nil), gate: Gate(metric),
            model: models, modelName: ScriptedRouter.optimizer, ledger: ledger, journal: store.journal())
        return try await loop.run(
            OptoPrime(),
            as: RunRecord(
                name: "rerun", workflow: "routing", optimizer: OptoPrime.name, seed: 5, settings: .null,
                parameters: subject.parameters))
    }

    private func nodes(of name: String, in store: TraceStore) throws -> Int {
        let run = try store.run(named: name)
        return try store.traces(TraceFilter(run: run.id)).reduce(0) { $0 + $1.nodes }
    }
}
