import Optrace
import Testing
import ThirdPartyOptimizer

@Suite("A third party's optimizer") struct ThirdPartyOptimizerTests {
    /// Right where x is near enough to 7.
    private struct Near: Optimizable {
        static let x = ParameterDefinition("x", kind: .number, initial: 0, constraint: .init(range: 0...10))

        var parameters: ParameterSpace { ParameterSpace([Self.x]) }

        func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
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
    }

    @Test("is registered by name, checked like any other, and improves a workflow")
    func registered() async throws {
        var registry = OptimizerRegistry.standard
        registry.register(PatternSearch.self) { options, state in try PatternSearch(options, state) }
        #expect(registry.names.contains("pattern"))
        #expect(throws: OptimizerError.self) { try registry.optimizer("pattern", options: ["stepp": 0.5]) }
        let optimizer = try registry.optimizer("pattern", options: ["step": 0.3])
        let metric = ExactMatch()
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: Near(), metrics: [metric], objective: Objective(metric)),
            splits: .init(
                train: Near.examples(12, "t"), validation: Near.examples(24, "v"), holdout: Near.examples(60, "h")),
            plan: OptimizationPlan(steps: 8, minibatch: 6, seed: 1, patience: nil), gate: Gate(metric),
            model: NoModel(), modelName: ModelName(provider: "test", model: "none"), ledger: Ledger())
        let conclusion = try await loop.run(
            optimizer,
            as: RunRecord(
                name: "near", workflow: "near", optimizer: "pattern", seed: 1, settings: .null,
                parameters: Near().parameters))
        #expect(abs((conclusion.best["x"]?.number ?? 0) - 7) < 2)
        #expect(conclusion.verdict?.decision == .promote)
        let again = try registry.optimizer("pattern", state: optimizer.state)
        #expect(again.state == optimizer.state)
    }

    private struct NoModel: LanguageModel {
        func reply(to request: ChatRequest) async throws -> ChatReply { throw ModelError(.script, "nobody is asked") }
    }
}
