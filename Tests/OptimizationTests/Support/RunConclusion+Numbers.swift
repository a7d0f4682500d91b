import Evaluation
import LanguageModels
import TraceGraph

@testable import Optimization

extension RunConclusion {
    /// What a whole run comes to that asks no model, with two candidates a step, until its steps are done.
    static func of(
        _ optimizer: some Optimizer, on subject: some Optimizable, metrics: [any Metric] = [RightOrWrong()],
        objective: Objective = Objective(RightOrWrong()),
        splits: OptimizationLoop.Splits = TargetNumber.splits(20, 40, 60), steps: Int, seen: Seen = Seen()
    ) async throws -> RunConclusion {
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: metrics, objective: objective, concurrency: 4),
            splits: splits, plan: OptimizationPlan(steps: steps, siblings: 2, seed: 3, patience: nil),
            gate: Gate(RightOrWrong()), model: EchoModel(), modelName: ModelName(provider: "test", model: "echo"),
            ledger: Ledger(), journal: seen)
        return try await loop.run(
            optimizer,
            as: RunRecord(
                name: "numbers-0", workflow: "numbers", optimizer: "test", seed: 3, settings: .null,
                parameters: subject.parameters), events: { seen.note($0) })
    }
}
