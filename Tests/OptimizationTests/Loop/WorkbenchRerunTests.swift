import Evaluation
import LanguageModels
import Optimization
import Testing
import TraceGraph

/// Runs what it is shown again: with another value, and from the check on as two other repeats.
private struct RerunningOptimizer: Optimizer {
    static let name = "rerun-test"
    static let kinds: Set<ParameterKind> = [.number]
    let seen: Seen
    let other: Double

    mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        seen.note(context)
        guard let first = context.evaluations.first, let check = first.trace.node(named: "check") else { return [] }
        let again = try await context.workbench.evaluate([
            Rerun(of: first, changing: ["x": .number(other)]),
            Rerun(of: first, with: Intervention(anew: [check.id]), repetition: 1),
            Rerun(of: first, with: Intervention(anew: [check.id]), repetition: 2),
            Rerun(of: first, with: Intervention(settings: [check.id: "right"])),
        ])
        #expect(again.map(\.repetition) == [0, 1, 2, 0])
        #expect(again.last?.score == 1 && again.allSatisfy { $0.example.id == first.example.id })
        return []
    }

    mutating func observe(_ trials: [Trial]) {}
    var state: OptimizerState { OptimizerState(optimizer: Self.name, content: .null) }
}

@Suite("Workbench: running again")
struct WorkbenchRerunTests {
    private func run(_ ledger: Ledger, budgeted model: (any LanguageModel)?, _ seen: Seen) async throws -> RunConclusion
    {
        let metric = RightOrWrong()
        let subject = TargetNumber(model: model)
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: [metric], objective: Objective(metric), concurrency: 4),
            splits: TargetNumber.splits(6, 4, 4),
            plan: OptimizationPlan(steps: 1, minibatch: 2, siblings: 1, seed: 3, patience: nil), gate: Gate(metric),
            model: EchoModel(), modelName: ModelName(provider: "test", model: "echo"), ledger: ledger, journal: seen)
        return try await loop.run(
            RerunningOptimizer(seen: seen, other: 6.5),
            as: RunRecord(
                name: "target-0", workflow: "target", optimizer: RerunningOptimizer.name, seed: 3, settings: .null,
                parameters: subject.parameters), events: { seen.note($0) })
    }

    @Test("what was run again is written down with the step, apart from what candidates score")
    func journalled() async throws {
        let seen = Seen()
        _ = try await run(Ledger(), budgeted: nil, seen)
        let step = try #require(seen.all.steps.first { $0.index == 1 })
        let reruns = step.evaluations.filter { $0.split == "rerun" }.map(\.evaluation)
        #expect(reruns.count == 4)
        #expect(step.candidates.map { $0["x"] } == [6.5], "other values are a candidate of their own")
        #expect(reruns.map(\.candidate.number) == [step.candidates[0].id.number, 0, 0, 0])
        #expect(step.evaluations.filter { $0.split == "train" }.count == 2)
    }

    @Test("model calls of reruns are paid from the run's budget; what answers costs nothing")
    func budgeted() async throws {
        let ledger = Ledger()
        let model = MeteredModel(EchoModel(), ledger: ledger)
        _ = try await run(ledger, budgeted: model, Seen())
        // Baseline 4, minibatch 2, and of the reruns those three whose check runs.
        #expect(ledger.spent.calls == 4 + 2 + 3)
    }
}
