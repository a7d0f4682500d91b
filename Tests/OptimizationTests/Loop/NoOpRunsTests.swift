import Evaluation
import LanguageModels
import Optimization
import Testing
import TraceGraph

/// Whole runs in which no candidate is any better than the first.
@Suite("OptimizationLoop: candidates that do nothing")
struct NoOpRunsTests {
    /// Right or wrong by a coin that is thrown once for each value and example of a run.
    private struct Coin: Optimizable {
        static let definition = ParameterDefinition("x", kind: .integer, initial: 0, constraint: .init(range: 0...99))
        let run: UInt64
        var parameters: ParameterSpace { ParameterSpace([Self.definition]) }

        func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
            await Trace.record(candidate) {
                traced("throw", Traced<Value>.parameter(Self.definition)) { x in
                    var coin = SeededGenerator(seed: run).stream("\(x.json) \(example.id)")
                    return coin.chance(0.5) ? "right" : "wrong"
                }
            }
        }
    }

    /// Proposes so many values at once.
    private struct Values: Optimizer {
        static let name = "values"
        static let kinds: Set<ParameterKind> = [.integer]
        let count: Int
        let trialRule = TrialRule.whole
        var state: OptimizerState { OptimizerState(optimizer: Self.name, content: .integer(count)) }

        mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
            (1...count).map {
                Proposal(changes: ["x": .integer($0)], rationale: "r", intent: .diverge, parent: context.parent.id)
            }
        }

        mutating func observe(_ trials: [Trial]) {}
    }

    /// The verdict of one run, and what selection made of its winner.
    private func verdict(_ run: UInt64, candidates: Int, finalists: Int) async throws -> Verdict? {
        let metric = RightOrWrong()
        var gate = Gate(metric)
        gate.finalists = finalists
        let examples = TargetNumber.splits(2, 10, 30)
        let loop = OptimizationLoop(
            evaluator: Evaluator(
                subject: Coin(run: run), metrics: [metric], objective: Objective(metric), concurrency: 1),
            splits: examples,
            plan: OptimizationPlan(steps: 1, minibatch: 2, siblings: candidates, seed: run, patience: nil), gate: gate,
            model: EchoModel(), modelName: ModelName(provider: "test", model: "echo"), ledger: Ledger(),
            journal: Seen())
        return try await loop.run(
            Values(count: candidates),
            as: RunRecord(
                name: "coin-\(run)", workflow: "coin", optimizer: Values.name, seed: run, settings: .null,
                parameters: Coin(run: run).parameters), events: { _ in }
        ).verdict
    }

    @Test("are promoted no more often than alpha allows, whether one goes to the gate or several", arguments: [1, 4])
    func falsePromotions(finalists: Int) async throws {
        let runs = 120
        var (promoted, tested) = (0, 0)
        for run in 0..<runs {
            let verdict = try #require(
                try await verdict(UInt64(run), candidates: 1 + run % 12, finalists: finalists))
            if verdict.test != .none { tested += 1 }
            if verdict.decision == .promote { promoted += 1 }
        }
        #expect(Double(promoted) <= 0.05 * Double(runs), "\(promoted) of \(runs)")
        #expect(tested > runs / 2, "selection finds a better one nearly always: \(tested)")
    }
}
