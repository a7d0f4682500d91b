import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

/// What holds for every method that rewrites texts.
@Suite("Text optimizers") struct TextOptimizersTests {
    static let names = ["auto", "calm", "gepa", "opro", "portfolio", "prefpo", "textgrad"]

    @Test("finds the rules from feedback on nodes, by its real code path", arguments: names)
    func gains(_ name: String) async throws {
        let optimizer = try OptimizerRegistry.standard.optimizer(name)
        let conclusion = try await HintedTask.conclude(optimizer, model: RuleWriter(), steps: 12)
        #expect(conclusion.best.id != .seed)
        #expect(conclusion.verdict?.decision == .promote, "\(name): \(conclusion.best.values)")
    }

    @Test("a run is the same when it is repeated", arguments: names)
    func repeats(_ name: String) async throws {
        var stories: [[String]] = []
        for _ in 0..<2 {
            let seen = Seen()
            let optimizer = try OptimizerRegistry.standard.optimizer(name)
            _ = try await HintedTask.conclude(optimizer, model: RuleWriter(), steps: 3, siblings: 2, seen: seen)
            stories.append(seen.story)
        }
        #expect(stories[0] == stories[1])
    }

    @Test("made again from its state it proposes the same next", arguments: names)
    func resumes(_ name: String) async throws {
        let registry = OptimizerRegistry.standard
        let seen = Seen()
        _ = try await HintedTask.conclude(
            try registry.optimizer(name), model: RuleWriter(), steps: 2, siblings: 2, seen: seen)
        let states = seen.all.steps.compactMap(\.optimizer)
        let recorded = try #require(states.last)
        let context = try await context(Self.evaluations(), model: RuleWriter())
        var first = try registry.optimizer(name, state: recorded)
        var second = try registry.optimizer(name, state: first.state)
        #expect(first.state == recorded, "a state is written as it was read")
        let next = try await first.propose(context)
        let same = try await second.propose(context)
        #expect(next == same)
        #expect(first.state == second.state)
    }

    @Test("a state that is not its own is refused", arguments: names)
    func foreign(_ name: String) {
        #expect(throws: OptimizerError.self) {
            try OptimizerRegistry.standard.optimizer(
                name, state: OptimizerState(optimizer: name, content: ["nonsense": 1]))
        }
    }

    @Test("useless replies bring no proposals, notes, and no end of the run", arguments: names)
    func useless(_ name: String) async throws {
        for text in ["", "Certainly! Please provide the text.", "{\"suggestion\": {\"plan\": 7}}", "NO_CHANGE"] {
            let notes = Notes()
            var context = try await context(Self.evaluations(), model: Answering { _ in text }, notes: notes)
            // No hints on nodes: those need no model.
            context.evaluations = []
            var optimizer = try OptimizerRegistry.standard.optimizer(name)
            let proposals = try await optimizer.propose(context)
            #expect(proposals.allSatisfy { !$0.changes.isEmpty })
            for proposal in proposals {
                for value in proposal.changes.values { #expect(value.text?.contains("Certainly") != true) }
            }
        }
    }

    @Test("an endpoint that fails for good ends the run", arguments: ["gepa", "opro", "textgrad", "prefpo"])
    func dead(_ name: String) async throws {
        let context = try await context(
            Self.evaluations(), model: Scripted([.failure(ModelError(.budgetExhausted, "all used up"))]))
        var optimizer = try OptimizerRegistry.standard.optimizer(name)
        await #expect(throws: ModelError.self) { _ = try await optimizer.propose(context) }
    }

    @Test("questions never show validation examples", arguments: names)
    func secrecy(_ name: String) async throws {
        let asked = RememberingWriter()
        _ = try await HintedTask.conclude(
            try OptimizerRegistry.standard.optimizer(name), model: asked, givesHints: false, steps: 4)
        for prompt in asked.prompts {
            for index in 0..<18 {
                #expect(!prompt.contains("plan for v\(index)") && !prompt.contains("\"v\(index)\""))
            }
        }
    }

    // MARK: What they work on

    private static func evaluations() async throws -> [Evaluation] {
        try await evaluator.evaluate(HintedTask().parameters.seed, on: Array(HintedTask.splits.train.prefix(6)))
    }

    private static let evaluator = Evaluator(
        subject: HintedTask(), metrics: [RightOrWrong()], objective: Objective(RightOrWrong()))

    private func context(
        _ evaluations: [Evaluation], model: any LanguageModel, notes: Notes = Notes()
    ) async throws -> ProposalContext {
        var context = Fixtures.context(
            HintedTask.definitions, evaluations: evaluations, model: model, siblings: 2, notes: notes)
        context.parent = HintedTask().parameters.seed
        context.history = [
            TriedCandidate(candidate: context.parent, score: 0, examples: 0, wasAccepted: true)
        ]
        context.workbench = Workbench(train: HintedTask.splits.train) { values, examples, repetition in
            try await Self.evaluator.evaluate(Candidate(values: values), on: examples, repetition: repetition)
        }
        return context
    }
}
