import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

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

    /// Two steps that ask a model, each with examples of its own.
    private func chained(_ id: String, isRight: Bool) async throws -> Evaluation {
        let names = ["extract_shots", "classify_shots"]
        let trace = await Trace.record(Candidate(values: [:])) {
            let text = Traced("text of \(id)", name: "text")
            let shots = names.map {
                Traced<Value>.parameter(ParameterDefinition($0, kind: .examples, initial: []))
            }
            let extracted = try await traced(
                "ask", node: "extraction", inputs: [text.input(as: "text"), shots[0].input(as: "shots")]
            ) {
                await Task.yield()
                Recording.note(model: "test:m", completion: nil, usage: Usage(calls: 1), wasCached: false, duration: 1)
                return "facts of \(id)"
            }
            let reply = try await traced(
                "ask", node: "reply", inputs: [extracted.input(as: "facts"), shots[1].input(as: "shots")]
            ) {
                await Task.yield()
                Recording.note(model: "test:m", completion: nil, usage: Usage(calls: 1), wasCached: false, duration: 1)
                return " Label "
            }
            return traced("trim", reply) { _ in "label" }
        }
        return Evaluation(
            candidate: .seed,
            example: Example(
                id: id, fields: ["text": .text("text of \(id)"), "notes": "secret", "expected": "right label"]),
            repetition: 0, scores: [:], score: isRight ? 1 : 0, evidence: 0, trace: trace)
    }

    @Test("an inner step is shown what it read and answered, the last one what the whole was asked and answered")
    func nodes() async throws {
        let right = try await chained("a", isRight: true)
        #expect(right.trace.calls.map { right.trace[$0.node].base } == ["extraction", "reply"])
        #expect(
            Demonstration.value(of: right, for: "extract_shots", field: "expected")
                == ["text": "text of a", "extraction": "facts of a"])
        #expect(
            Demonstration.value(of: right, for: "classify_shots", field: "expected")
                == ["text": "text of a", "expected": "label"], "no field that the workflow does not read")
        // What the whole should answer says nothing of an inner step.
        let wrong = try await chained("b", isRight: false)
        let expected: Value = "right label"
        #expect(Demonstration.value(of: wrong, for: "extract_shots", output: expected, field: "expected") == nil)
        #expect(
            Demonstration.value(of: wrong, for: "classify_shots", output: expected, field: "expected")
                == ["text": "text of b", "expected": "right label"])

        let definitions = ["extract_shots", "classify_shots"].map {
            ParameterDefinition($0, kind: .examples, initial: [])
        }
        var context = Fixtures.context(definitions, evaluations: [right, wrong], siblings: 6)
        context.expectations = ExpectationSummary(of: [right.example, wrong.example])
        context.workbench = Workbench(train: []) { _, _, _ in [] }
        var bootstrap = Bootstrap()
        let proposals = try await bootstrap.propose(context)
        let shown = proposals.flatMap { $0.changes["extract_shots"]?.list ?? [] }
        #expect(!shown.isEmpty && shown.allSatisfy { $0["extraction"] == "facts of a" })
        #expect(BootstrapMemory(bootstrap.state.content) == bootstrap.memory)
    }

    @Test("where a prompt knows the answer by the name of the last step, it is shown by that name, else not at all")
    func names() async throws {
        let right = try await chained("a", isRight: true)
        let variable = ParameterDefinition("classify_shots", kind: .examples, initial: [])
        for (name, shown) in [
            ("expected", ["text": "text of a", "expected": "label"]), ("trim", ["text": "text of a", "trim": "label"]),
            ("label", nil),
        ] as [(String, Value?)] {
            var context = Fixtures.context(
                [variable],
                objection: { value, _ in
                    value.list?.allSatisfy { $0[name] != nil } == true ? nil : "uses {{\(name)}}"
                })
            context.expectations = ExpectationSummary(of: [right.example])
            #expect(try await context.demonstration(of: right, for: variable) == shown)
        }
        let other: Value = ["expected": 1, "trim": 2]
        #expect(Demonstration.renamed(other, "expected", to: "trim") == nil, "nothing is written over")
    }

    @Test("demonstrations of good sets come more often")
    func weights() {
        var memory = BootstrapMemory()
        for index in 0..<3 { memory.find(.integer(index), for: "shots", isBootstrapped: true) }
        let before = memory.found.map(memory.weight)
        #expect(Set(before).count == 1)
        for _ in 0..<5 {
            memory.note(0, for: "shots", score: 0.9)
            memory.note(1, for: "shots", score: 0.3)
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
