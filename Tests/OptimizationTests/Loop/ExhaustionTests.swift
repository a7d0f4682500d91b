import Evaluation
import Testing
import TraceGraph

@testable import Optimization

/// Spaces that are smaller than the budget.
@Suite struct ExhaustionTests {
    /// Right more often the more is right about the values.
    private struct Few: Optimizable {
        var definitions: [ParameterDefinition]

        var parameters: ParameterSpace { ParameterSpace(definitions) }

        func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
            await Trace.record(candidate) {
                let parts = definitions.map { Traced<Value>.parameter($0) }
                let width = Traced(example["width"] ?? .null, name: "width")
                return traced(
                    "check", inputs: parts.map { $0.input(as: "part") } + [width.input(as: "width")]
                ) {
                    let worth = parts.reduce(0.0) { $0 + ($1.value.number ?? ($1.value == true ? 1 : 0)) }
                    return worth >= width.value.number ?? 0 ? "right" : "wrong"
                }
            }
        }
    }

    private static let fast = ParameterDefinition("fast", kind: .flag, initial: false)
    private static let votes = ParameterDefinition(
        "votes", kind: .choice, initial: 1, constraint: ParameterConstraint(options: [1, 3, 4]))
    private static let level = ParameterDefinition(
        "level", kind: .integer, initial: 0, constraint: ParameterConstraint(range: 0...1))

    private func run(
        _ optimizer: some Optimizer, _ definitions: [ParameterDefinition], steps: Int, seen: Seen = Seen()
    ) async throws -> RunConclusion {
        try await .of(
            optimizer, on: Few(definitions: definitions), splits: TargetNumber.splits(10, 20, 40), steps: steps,
            seen: seen)
    }

    @Test(
        "a run ends when every assignment was tried, and says so",
        arguments: ["bayesian", "feasible", "random", "joint"])
    func ends(_ name: String) async throws {
        let seen = Seen()
        let method = try OptimizerRegistry.standard.optimizer(name)
        let conclusion = try await run(method, [Self.fast, Self.votes, Self.level], steps: 400, seen: seen)
        #expect(conclusion.reason == "all 12 assignments were tried", "\(name)")
        #expect(seen.all.steps.count < 30)
        #expect(conclusion.best["votes"] == 4 && conclusion.best["fast"] == true)
    }

    @Test func whatTheMethodCannotChangeDoesNotCountAndNumbersCannotBeCounted() async throws {
        let text = ParameterDefinition("text", kind: .text, initial: "Answer.")
        let number = ParameterDefinition("x", kind: .number, initial: 0, constraint: .init(range: 0...1))
        let conclusion = try await run(RandomSearch(), [Self.fast, text], steps: 50)
        #expect(conclusion.reason == "all 2 assignments were tried")
        let open = try await run(RandomSearch(), [Self.fast, number], steps: 3)
        #expect(open.reason == "all 3 steps done")
        let fixed = try await run(RandomSearch(), [text], steps: 3)
        #expect(fixed.reason == "all 3 steps done", "nothing to count")
    }
}
