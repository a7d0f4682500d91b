import Optrace

/// How far the best of 30 values found by the Bayesian sampler lies above the least there is, and what choosing one costs.
///
/// No speed, but what `compare-with-optuna` holds against Optuna's samplers.
struct BayesianRegret: Benchmark {
    static let name = "bayesian.regret"
    private static let seeds = 20
    private static let evaluations = 30

    func measure(_ report: Report) async throws {
        for function in [TestFunction.branin, .hartmann6] {
            var regrets: [Double] = []
            let start = CPUTime.ofProcess
            for seed in 0..<Self.seeds { regrets.append(Self.regret(of: function, seed: UInt64(seed))) }
            let spent = Double(CPUTime.ofProcess - start) / Double(Self.seeds * Self.evaluations)
            report.add(
                Measure(
                    name: name, shape: function.name, size: Self.evaluations, value: Median.of(regrets),
                    unit: "above the minimum",
                    details: [
                        "sampler": "optrace bayesian", "seeds": .integer(Self.seeds),
                        "mean": .number(Measure.rounded(regrets.reduce(0, +) / Double(regrets.count))),
                        "milliseconds": .number(Measure.rounded(spent / 1e6)),
                    ]))
        }
    }

    /// Above the minimum, after one search. Nothing but the ranges is told about the function.
    private static func regret(of function: TestFunction, seed: UInt64) -> Double {
        var random = SeededGenerator(seed: seed)
        var sampler = BayesianSampler(function.parameters, random: random.stream("design"))
        var tried: [BayesianSampler.Observation] = []
        while tried.count < evaluations {
            guard let next = sampler.suggestions(1, after: tried, random: &random).first else { break }
            tried.append(.init(next.values, score: -function.value(of: next.values)))
        }
        return -(tried.map(\.score).max() ?? -.infinity) - function.optimum
    }
}
