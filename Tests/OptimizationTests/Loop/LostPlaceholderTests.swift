import Evaluation
import LanguageModels
import Optimization
import Testing
import TraceGraph

@Suite("OptimizationLoop: texts that lost a placeholder")
struct LostPlaceholderTests {
    /// Right with any text that says "well", whatever it leaves out.
    private struct Careless: Optimizable {
        static let definition = ParameterDefinition("instruction", kind: .text, initial: "Route {message} to {queue}.")
        var parameters: ParameterSpace { ParameterSpace([Self.definition]) }

        func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
            await Trace.record(candidate) {
                traced("answer", Traced<Value>.parameter(Self.definition)) {
                    $0.plainText.contains("well") ? "right" : "wrong"
                }
            }
        }
    }

    /// Proposes the listed texts in turn, one a step.
    private struct Listed: Optimizer {
        static let name = "listed texts"
        static let kinds: Set<ParameterKind> = [.text]
        var texts: [String]
        var state: OptimizerState { OptimizerState(optimizer: Self.name, content: .integer(texts.count)) }

        mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
            guard !texts.isEmpty else { return [] }
            return [
                Proposal(
                    changes: ["instruction": .text(texts.removeFirst())], rationale: "r", intent: .refine,
                    parent: context.parent.id)
            ]
        }

        mutating func observe(_ trials: [Trial]) {}
    }

    private func run(_ texts: [String], _ seen: Seen) async throws -> RunConclusion {
        let metric = RightOrWrong()
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: Careless(), metrics: [metric], objective: Objective(metric), concurrency: 4),
            splits: TargetNumber.splits(8, 12, 20),
            plan: OptimizationPlan(steps: texts.count, minibatch: 4, siblings: 1, seed: 2, patience: nil),
            gate: Gate(metric), model: EchoModel(), modelName: ModelName(provider: "test", model: "echo"),
            ledger: Ledger(), journal: seen)
        return try await loop.run(
            Listed(texts: texts),
            as: RunRecord(
                name: "careless-0", workflow: "careless", optimizer: "listed texts", seed: 2, settings: .null,
                parameters: Careless().parameters), events: { seen.note($0) })
    }

    @Test("are not tried and cannot win, however well they would score, and what they lost is told")
    func refused() async throws {
        let seen = Seen()
        let conclusion = try await run(["Do it well.", "Route {massage} to {queue}, well."], seen)
        #expect(conclusion.best.id == .seed && conclusion.verdict?.decision == .keep)
        let told = seen.all.steps.flatMap(\.notes).map(\.text)
        #expect(told.contains { $0.contains("instruction lost {message}, {queue}") }, "\(told)")
        #expect(told.contains { $0.contains("instruction lost {message} and has {massage} instead") }, "\(told)")
        let run = seen.all.steps.flatMap(\.evaluations).map(\.evaluation.candidate)
        #expect(Set(run) == [.seed], "nothing is paid for them")
    }

    @Test("do not stand in the way of those that kept them")
    func kept() async throws {
        let conclusion = try await run(["Do it well.", "Route {message} to {queue}, well."], Seen())
        #expect(conclusion.best["instruction"] == "Route {message} to {queue}, well.")
        #expect(conclusion.verdict?.decision == .promote)
    }
}
