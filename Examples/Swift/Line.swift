import Optrace

/// A line through points: two numbers are optimized, no model takes part.
struct Line: Optimizable {
    @Parameter("slope", in: -5...5) var slope = 0.0
    @Parameter("height", in: -5...5) var height = 0.0

    var parameters: ParameterSpace { ParameterSpace(of: self) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let x = Traced(example["x"]?.number ?? 0, name: "x")
            return $slope * x + $height
        }
    }
}

/// 1 on the point, less the further away.
struct Closeness: Metric {
    let name = "closeness"
    let direction = MetricDirection.maximize

    func score(_ subject: MetricSubject) async throws -> Score {
        guard let y = subject.output?.number, let expected = subject.example["y"]?.number else { return Score(0) }
        return Score(1 / (1 + abs(y - expected)), feedback: "off by \(y - expected)")
    }
}

enum LineExample {
    /// Points of y = 2x − 1.
    static func points(_ part: String, _ xs: StrideTo<Double>) -> [Example] {
        xs.map { x in Example(id: "\(part)\(x)", fields: ["x": .number(x), "y": .number(2 * x - 1)]) }
    }

    static func run() async throws {
        let metric = Closeness()
        let line = Line()
        let silent = ScriptedModel(replies: [])
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: line, metrics: [metric], objective: Objective(metric)),
            splits: .init(
                train: points("train", stride(from: -4, to: 4, by: 0.5)),
                validation: points("validation", stride(from: -3.9, to: 4, by: 0.5)),
                holdout: points("holdout", stride(from: -3.8, to: 4, by: 0.25))),
            plan: OptimizationPlan(steps: 60, siblings: 4, seed: 7, patience: nil), gate: Gate(metric),
            model: silent, modelName: ModelName(provider: "scripted", model: "none"), ledger: Ledger(.unlimited))
        let conclusion = try await loop.run(
            try OptimizerRegistry.standard.optimizer("random", options: [:]),
            as: RunRecord(
                name: "line-1", workflow: "line", optimizer: "random", seed: 7, settings: [:],
                parameters: line.parameters))
        print("best     \(conclusion.best.values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" })")
        print("hold-out \(Main.outcome(of: conclusion.verdict))")
    }
}
