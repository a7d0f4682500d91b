import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

@Suite("Calm") struct CalmTests {
    @Test("hints on nodes become rules without a model, and the run is promoted")
    func hints() async throws {
        let seen = Seen()
        let conclusion = try await HintedTask.conclude(Calm(), model: Scripted([]), seen: seen)
        for name in ["plan", "write"] {
            let lines = Calm.lines(conclusion.best[name]?.text ?? "")
            #expect(Set(lines).isSuperset(of: HintedTask.rules), "\(name): \(lines)")
            #expect(Set(lines).count == lines.count, "a rule stands there once")
        }
        #expect(conclusion.verdict?.decision == .promote)
    }

    @Test("goes on from its state with the same next proposal")
    func state() async throws {
        let seen = Seen()
        _ = try await HintedTask.conclude(Calm(), model: Scripted([]), steps: 2, seen: seen)
        let recorded = try #require(seen.all.steps.last { $0.optimizer != nil }?.optimizer)
        let again = try Calm(CalmOptions(), state: recorded)
        #expect(again.state == recorded)
        #expect(throws: OptimizerError.self) {
            try Calm(CalmOptions(), state: OptimizerState(optimizer: "calm", content: .null))
        }
    }

    @Test("a hint tried on its run counts when the run is better for it, and the pair is kept")
    func repairs() async throws {
        // Both texts need a rule; with plans that are complete a hint for the plan never helps, so only "write" is open.
        let examples = (0..<6).map { index in
            Example(
                id: "t\(index)",
                fields: ["plan": .list([.text(HintedTask.rules[index % 3])]), "write": .list([]), "expected": "right"])
        }
        let subject = HintedTask(givesHints: false)
        let metric = RightOrWrong()
        let evaluator = Evaluator(subject: subject, metrics: [metric], objective: Objective(metric))
        let bench = Workbench(train: examples) { values, examples, repetition in
            try await evaluator.evaluate(Candidate(values: values), on: examples, repetition: repetition)
        }
        var context = Fixtures.context(HintedTask.definitions, model: RuleWriter())
        context.workbench = bench
        context.expectations = ExpectationSummary(of: examples)
        var calm = Calm(options: CalmOptions(repairs: 6, falseRules: 10))
        _ = try await calm.propose(context)
        #expect(calm.memory.repairs == 6 && calm.memory.helped == 6)
        #expect(calm.memory.preferences.count == 6)
        let preference = try #require(calm.memory.preferences.first)
        #expect(preference.node == "plan_step" && preference.lift > 0)
        #expect(preference.prefix.contains("Plan."))
        #expect(try Calm(calm.options, state: calm.state).memory == calm.memory)
    }

    @Test("a hint that gives the answer away is refused")
    func leaks() {
        let answer: Value = "the fox jumps over the lazy dog today"
        #expect(Hint.leaks("Say that the fox jumps over the fence.", expected: answer, labels: false))
        #expect(!Hint.leaks("Say what the fox does.", expected: answer, labels: false))
        #expect(Hint.leaks("Answer 4711.", expected: 4711, labels: false))
        #expect(!Hint.leaks("Answer return or payment.", expected: "return", labels: true))
        #expect(!Hint.leaks("Anything", expected: nil, labels: false))
    }

    @Test("a hint belongs to the nearest text above its node")
    func nearest() async throws {
        let trace = await HintedTask().run(
            HintedTask().parameters.seed, on: HintedTask.examples(1, "t")[0], repetition: 0)
        let hints = trace.givenHints(for: "t0", texts: ["plan", "write"], longest: 40)
        #expect(hints.map(\.parameter).sorted() == ["plan", "write"])
        #expect(hints.allSatisfy { $0.node == "\($0.parameter)_step" })
        #expect(trace.givenHints(for: "t0", texts: ["plan"], longest: 40).allSatisfy { $0.parameter == "plan" })
        #expect(trace.givenHints(for: "t0", texts: ["plan", "write"], longest: 1).isEmpty, "a long text is no hint")
    }
}
