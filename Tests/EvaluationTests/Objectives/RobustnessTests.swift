import Evaluation
import Testing
import TraceGraph

@Suite struct RobustnessTests {
    private static let parameters = ParameterSpace([
        ParameterDefinition(
            "instruction", kind: .text, initial: "Route {{message}}.\nSay one word.\nNo full stop.\nBe brief.",
            constraint: ParameterConstraint(keep: ["{{message}}"])),
        ParameterDefinition("shots", kind: .examples, initial: [["a": 1], ["a": 2], ["a": 3]]),
        ParameterDefinition("warmth", kind: .number, initial: 0),
    ])

    @Test func spreadCosts() {
        #expect(abs((Robustness(kappa: 1)([0.4, 0.8]) ?? 0) - 0.4) < 1e-12)
        #expect(abs((Robustness(kappa: 0)([0.4, 0.8]) ?? 0) - 0.6) < 1e-12)
        #expect(Robustness(kappa: 2)([0.7]) == 0.7)
        #expect(Robustness()([]) == nil)
    }

    @Test func perturbationsAreSmallDifferentAndAlwaysTheSame() {
        let seed = Self.parameters.seed
        let all = Perturbation.all(of: seed, Self.parameters, count: 5)
        #expect(all.count == 5 && Set(all.map(\.values)).count == 5)
        #expect(all.map(\.values) == Perturbation.all(of: seed, Self.parameters, count: 5).map(\.values))
        for changed in all {
            #expect(changed.id == seed.id && changed["warmth"] == seed["warmth"])
            #expect(changed["instruction"]?.text?.contains("{{message}}") == true)
            #expect(changed.values != seed.values)
            #expect(Set(changed["shots"]?.list ?? []) == Set(seed["shots"]?.list ?? []))
        }
    }

    @Test func whereThereIsNothingToChangeNothingIs() {
        let parameters = ParameterSpace([ParameterDefinition("word", kind: .text, initial: "Go")])
        #expect(Perturbation.all(of: parameters.seed, parameters, count: 3).isEmpty)
    }

    /// Right while the instruction still has its second line.
    private struct Fragile: Optimizable {
        var parameters: ParameterSpace { RobustnessTests.parameters }
        func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
            await Trace.record(candidate) {
                let instruction = Traced<Value>.parameter(parameters.definitions[0])
                return traced("answer", instruction) { $0.plainText.contains("one word") ? "yes" : "no" }
            }
        }
    }

    @Test func aScoreThatHangsOnOneLineIsTakenDown() async throws {
        var objective = Objective([Objective.Term("exact_match", .maximize)])
        let example = Example(id: "1", fields: ["expected": "yes"])
        func score() async throws -> Double? {
            let evaluator = Evaluator(
                subject: Fragile(), metrics: [ExactMatch(.expected, name: "exact_match")], objective: objective)
            return try await evaluator.evaluate(Self.parameters.seed, on: example).score
        }
        #expect(try await score() == 1)
        objective.robustness = Robustness(kappa: 1, perturbations: 12)
        let robust = try #require(try await score())
        #expect(robust < 1 && robust > 0)
    }
}
