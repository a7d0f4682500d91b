import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

@Suite("Mixes of methods") struct MixTests {
    @Test("turns go to the method that brings more, and every method keeps some", arguments: 0..<5 as Range<UInt64>)
    func descent(_ seed: UInt64) {
        var descent = MirrorDescent(count: 3)
        var random = SeededGenerator(seed: seed)
        var turns = [0, 0, 0]
        for _ in 0..<400 {
            let turn = descent.draw(&random)
            turns[turn] += 1
            descent.note(random.chance([0.05, 0.4, 0.1][turn]) ? 0.8 : 0, of: turn)
            #expect(abs(descent.chances.reduce(0, +) - 1) < 1e-9)
            #expect(descent.chances.allSatisfy { $0 >= 0.2 / 3 - 1e-9 })
        }
        #expect(turns[1] > 240 && turns[0] > 5 && turns[2] > 5, "\(turns)")
    }

    @Test("each method has its turn first")
    func round() {
        var descent = MirrorDescent(count: 4)
        var random = SeededGenerator(seed: 1)
        var first: [Int] = []
        for _ in 0..<4 {
            first.append(descent.draw(&random))
            descent.note(first.count == 1 ? 1 : 0, of: first[first.count - 1])
        }
        #expect(first == [0, 1, 2, 3])
        var restored = MirrorDescent(count: 4)
        let isRestored = restored.restore(descent.recorded)
        #expect(isRestored && restored == descent)
        let isRestoredFromLess = restored.restore(MirrorDescent(count: 2).recorded)
        #expect(!isRestoredFromLess)
    }

    @Test("a portfolio of what cannot be in one, or of nothing, is refused")
    func members() {
        for methods in ["portfolio", "optoprime, auto", "", "optoprim"] {
            #expect(throws: OptimizerError.self) {
                try OptimizerRegistry.standard.optimizer("portfolio", options: ["methods": .text(methods)])
            }
        }
        #expect(throws: OptimizerError.self) {
            try OptimizerRegistry.standard.optimizer("auto", options: ["texts": "portfolio"])
        }
    }

    @Test("auto gives each kind to a method that fits it and changes nothing else")
    func groups() async throws {
        let space = [
            ParameterDefinition("instruction", kind: .text, initial: "Route the message."),
            ParameterDefinition("heat", kind: .number, initial: 0.5, constraint: .init(range: 0...1)),
            ParameterDefinition("shots", kind: .examples, initial: []),
        ]
        let notes = Notes()
        let evaluation = try await Fixtures.evaluation("m", as: "a", expected: "b")
        let model = Answering { _ in #"{"reasoning": "r", "suggestion": {"instruction": "Name the queue."}}"# }
        var auto = try OptimizerRegistry.standard.optimizer("auto")
        let first = try await auto.propose(
            Fixtures.context(space, evaluations: [evaluation], model: model, notes: notes))
        #expect(first.map { $0.changes.keys.sorted() } == [["instruction"]])
        let told = notes.all.map(\.text).joined()
        #expect(told.contains("optoprime") && told.contains("bootstrap"))
        #expect(told.contains("bayesian") || told.contains("random"))
        #expect(auto.state.optimizer == "auto")
    }

    @Test("auto counts hints where nodes have feedback of their own")
    func hinted() async throws {
        let seen = Seen()
        _ = try await HintedTask.conclude(
            try OptimizerRegistry.standard.optimizer("auto"), model: RuleWriter(), steps: 2, seen: seen)
        let notes = seen.all.steps.flatMap(\.notes).map(\.text)
        #expect(notes.contains("methods: calm"))
    }
}

@Suite("Bootstrap") struct BootstrapTests {
    private let shots = ParameterDefinition(
        "shots", kind: .examples, initial: [], constraint: ParameterConstraint(maximumCount: 2))

    private func context(_ notes: Notes = Notes()) async throws -> ProposalContext {
        var evaluations: [Evaluation] = []
        for index in 0..<6 {
            evaluations.append(
                try await Fixtures.evaluation("m\(index)", as: "a", expected: index.isMultiple(of: 2) ? "a" : "b"))
        }
        var context = Fixtures.context([shots], evaluations: evaluations, siblings: 4, notes: notes)
        context.expectations = ExpectationSummary(of: evaluations.map(\.example))
        context.workbench = Workbench(train: []) { _, _, _ in [] }
        return context
    }

    @Test("shows what runs were right about, and other examples only when told to")
    func sets() async throws {
        var bootstrap = Bootstrap(options: .init(labelled: false))
        let proposals = try await bootstrap.propose(try await context())
        #expect(!proposals.isEmpty)
        for proposal in proposals {
            let set = try #require(proposal.changes["shots"]?.list)
            #expect((1...2).contains(set.count) && Set(set).count == set.count)
            for demonstration in set { #expect(["m0", "m2", "m4"].contains(demonstration["message"]?.text)) }
        }
        #expect(Set(proposals.map(\.changes)).count == proposals.count)
        var again = try Bootstrap(.init(labelled: false), state: bootstrap.state)
        #expect(again.state == bootstrap.state)
        let next = try await again.propose(try await context())
        let same = try await bootstrap.propose(try await context())
        #expect(next == same)
    }

    @Test("demonstrations of good sets come more often")
    func weights() {
        var memory = BootstrapMemory()
        for index in 0..<3 { memory.find(.integer(index), isBootstrapped: true) }
        let before = memory.found.map(memory.weight)
        #expect(Set(before).count == 1)
        for _ in 0..<5 {
            memory.note(0, score: 0.9)
            memory.note(1, score: 0.3)
        }
        let after = memory.found.map(memory.weight)
        #expect(after[0] > after[2] && after[2] > after[1])
        #expect(BootstrapMemory(memory.recorded) == memory)
    }

    @Test("says so when nothing can be shown")
    func nothing() async throws {
        let notes = Notes()
        var bootstrap = Bootstrap(options: .init(labelled: false))
        var context = Fixtures.context([shots], notes: notes)
        context.workbench = Workbench(train: []) { _, _, _ in [] }
        #expect(try await bootstrap.propose(context).isEmpty)
        #expect(notes.kinds == [.remark])
    }
}
