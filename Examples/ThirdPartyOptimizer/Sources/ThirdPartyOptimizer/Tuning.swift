public import Optrace

/// A workflow with one number to set, and a run of ``PatternSearch`` on it. No model takes part.
public struct Tuning: Optimizable {
    /// Right where it is near enough to 7.
    static let x = ParameterDefinition("x", kind: .number, initial: 0, constraint: .init(range: 0...10))

    public var parameters: ParameterSpace { ParameterSpace([Self.x]) }

    public func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let x = Traced<Value>.parameter(Self.x)
            let width = Traced(example["width"] ?? 0, name: "width")
            return traced("check", inputs: [x.input(as: "x"), width.input(as: "width")]) {
                let distance = abs((x.value.number ?? 0) - 7)
                return distance <= width.value.number ?? 0 ? "right" : "wrong"
            }
        }
    }

    static func examples(_ count: Int, _ prefix: String) -> [Example] {
        (0..<count).map {
            Example(id: "\(prefix)\($0)", fields: ["width": .integer($0 % 6 + 1), "expected": "right"])
        }
    }

    /// All methods there are, and ours.
    public static var registry: OptimizerRegistry {
        var registry = OptimizerRegistry.standard
        registry.register(PatternSearch.self) { options, state in try PatternSearch(options, state) }
        return registry
    }

    /// The whole run: baseline, steps, verdict on the hold-out.
    public static func tuned() async throws -> RunConclusion {
        let metric = ExactMatch()
        let subject = Tuning()
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: [metric], objective: Objective(metric)),
            splits: .init(train: examples(12, "t"), validation: examples(24, "v"), holdout: examples(60, "h")),
            plan: OptimizationPlan(steps: 8, minibatch: 6, seed: 1, patience: nil), gate: Gate(metric),
            model: ScriptedModel(replies: []), modelName: ModelName(provider: "scripted", model: "none"),
            ledger: Ledger())
        return try await loop.run(
            registry.optimizer("pattern", options: ["step": 0.3]),
            as: RunRecord(
                name: "tuning-1", workflow: "tuning", optimizer: "pattern", seed: 1, settings: ["step": 0.3],
                parameters: subject.parameters))
    }
}
