import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

/// What calm knows of right outputs without asking anybody, and what it does not try twice.
@Suite("Calm: the form of outputs") struct CalmFormTests {
    private func context(
        siblings: Int = 1, modelName: String = "openai:test", model: any LanguageModel = Scripted([]),
        notes: Notes = Notes()
    ) -> ProposalContext {
        let metric = ExactMatch()
        let evaluator = Evaluator(subject: Sorting(), metrics: [metric], objective: Objective(metric))
        let train = Sorting.examples(24, "t")
        var context = Fixtures.context(
            [Sorting.instruction], model: model, siblings: siblings, expectations: ExpectationSummary(of: train),
            modelName: modelName, notes: notes)
        context.workbench = Workbench(train: train) { values, examples, repetition in
            try await evaluator.evaluate(Candidate(values: values), on: examples, repetition: repetition)
        }
        return context
    }

    private func evaluations(_ text: String, _ prefix: String = "v") async throws -> [Evaluation] {
        let metric = ExactMatch()
        let evaluator = Evaluator(subject: Sorting(), metrics: [metric], objective: Objective(metric))
        return try await evaluator.evaluate(
            Candidate(values: ["instruction": .text(text)]), on: Sorting.examples(16, prefix))
    }

    @Test("a form that outputs lack becomes a rule without a question, and only a few examples are run for it")
    func form() async throws {
        let notes = Notes()
        let context = context(notes: notes)
        var calm = Calm()
        let proposals = try await calm.propose(context)
        #expect(!notes.kinds.contains(.asked))
        #expect(proposals.count == 1)
        let text = try #require(proposals.first?.changes["instruction"]?.text)
        #expect(text.hasPrefix("Sort the message.\n") && Sorting.words.allSatisfy(text.contains))
        #expect(calm.memory.place == 12, "the rest of the examples would be run for nothing")
        #expect(calm.memory.repairs == 6 && calm.memory.helped == 6)
        #expect(try Calm(calm.options, state: calm.state).memory == calm.memory)
    }

    @Test("to a small model the words come in as many orders as siblings are wanted, and the best one stays")
    func orders() async throws {
        var calm = Calm()
        let proposals = try await calm.propose(context(siblings: 3, modelName: "local:small"))
        let texts = proposals.compactMap { $0.changes["instruction"]?.text }
        #expect(Set(texts).count == texts.count && texts.count > 1)
        #expect(texts.allSatisfy { text in Sorting.words.allSatisfy(text.contains) })
        #expect(try Calm(calm.options, state: calm.state).memory == calm.memory)

        let right = try await evaluations("Sort. account delivery payment return")
        let wrong = try await evaluations("Sort.")
        calm.memory.pending = calm.memory.pending.map { pending in
            var pending = pending
            pending.scores = Calm.scores(wrong)
            return pending
        }
        calm.observe(
            proposals.enumerated().map { place, proposal in
                Trial(
                    candidate: Candidate(id: Candidate.ID(10 + place), values: proposal.changes), proposal: proposal,
                    minibatch: [], validation: place == 1 ? right : wrong, fate: .kept("no better"))
            })
        #expect(calm.memory.current == 11)
        #expect(calm.memory.rules.map(\.text) == [Calm.lines(texts[1]).last])
    }

    /// What a model finds wrong with a run.
    private static let flaw = #"{"step": "reply", "flaw": "vague", "hint": "Name one of the four teams."}"#

    @Test("a form that was asked for twice in vain is not asked for again: a model is asked what is wrong")
    func vain() async throws {
        // Words that nobody gives, whatever is asked.
        let metric = ExactMatch()
        let deaf = Evaluator(subject: Sorting(), metrics: [metric], objective: Objective(metric))
        let asking = Scripted(texts: Array(repeating: Self.flaw, count: 80))
        var context = context(model: asking)
        context.workbench = Workbench(train: Sorting.examples(24, "t")) { _, examples, repetition in
            try await deaf.evaluate(Candidate(values: [:]), on: examples, repetition: repetition)
        }
        var calm = Calm()
        _ = try await calm.propose(context)
        #expect(calm.memory.vainForms.values.reduce(0, +) == 2)
        #expect(asking.requests.count >= 6, "all six runs are asked about, those of the two included")
        #expect(try Calm(calm.options, state: calm.state).memory == calm.memory)
        let before = calm.memory.vainForms
        _ = try await calm.propose(context)
        #expect(calm.memory.vainForms == before)
    }

    @Test("a form whose rule lost is not asked for again, however often it helped")
    func refused() async throws {
        let model = Scripted(texts: [])
        var calm = Calm()
        let proposal = try #require(try await calm.propose(context(model: model)).first)
        let key = try #require(calm.memory.tried.keys.first)
        let (before, after) = (try await evaluations("Sort."), try await evaluations("Sort. no better"))
        calm.memory.pending = calm.memory.pending.map { pending in
            var pending = pending
            pending.scores = Calm.scores(before)
            return pending
        }
        var worse = after
        for index in worse.indices { worse[index].score = -1 }
        calm.observe([
            Trial(
                candidate: Candidate(id: Candidate.ID(9), values: proposal.changes), proposal: proposal, minibatch: [],
                validation: worse, fate: .kept("worse"))
        ])
        #expect(calm.memory.refused == [key] && calm.memory.tried[key]?.helped == 6)
        let asking = Scripted(texts: Array(repeating: Self.flaw, count: 40))
        _ = try await calm.propose(context(model: asking))
        #expect(model.requests.isEmpty && !asking.requests.isEmpty)
    }

    @Test("a right output has the form that is wanted, however it looks")
    func lenient() async throws {
        let texts = [Sorting.instruction]
        for score in [0.0, 1] {
            let context = context()
            var evaluations = try await evaluations("Sort.")
            // Two in three are right, as a metric that looks into the prose would have it.
            for index in evaluations.indices where index % 3 != 0 { evaluations[index].score = score }
            let look = Calm.Look(validation: evaluations, train: []) { $0.score != 1 }
            let hint = Calm().formHint(for: evaluations[0], look, texts, context)
            #expect((hint == nil) == (score == 1))
        }
    }

    @Test("a rule that nobody could score is not proposed for ever")
    func unscored() async throws {
        var calm = Calm()
        let proposals = try await calm.propose(context())
        let proposal = try #require(proposals.first)
        calm.observe([
            Trial(
                candidate: Candidate(id: Candidate.ID(9), values: proposal.changes), proposal: proposal, minibatch: [],
                validation: [], fate: .kept("nothing could be scored"))
        ])
        #expect(calm.memory.rules.isEmpty && calm.memory.refused.count == 1)
    }

    @Test("gated rules come in one wording: the best of several would pass a test that is meant for one")
    func gated() async throws {
        var calm = Calm(options: CalmOptions(gatesRules: true))
        #expect(try await calm.propose(context(siblings: 3, modelName: "local:small")).count == 1)
    }

    @Test("where outputs have the form, the two words that were taken for each other are what is wrong")
    func confusions() async throws {
        let train = Sorting.examples(24, "t")
        let summary = ExpectationSummary(of: train)
        let runs = try await evaluations("account delivery payment return", "t")
        let confusions = runs.compactMap { Confusion($0, summary) }
        let wrong = runs.filter { $0.score == 0 }
        #expect(confusions.count == wrong.count && !wrong.isEmpty)
        #expect(confusions.allSatisfy { $0.given == "return" && $0.expected != "return" })
        #expect(Set(confusions.map(\.flaw)).count == 3 && confusions.allSatisfy { Confusion.isFlaw($0.flaw) })
        let chats = try await evaluations("Sort.", "t")
        #expect(chats.allSatisfy { Confusion($0, summary) == nil }, "what is no word at all is taken for none")
        let first = try #require(wrong.first)
        let question = try CalmIntervener(
            evaluation: first, values: ["instruction": "Sort."], texts: [Sorting.instruction], flaws: [],
            options: CalmOptions(), context: context()
        ).question
        let asked = question.messages.map(\.content).joined(separator: "\n")
        #expect(asked.contains(try #require(Confusion(first, summary)).finding))
        #expect(asked.contains("exactly one of"), "the one who is asked knows which outputs there are")
    }

    @Test("a change that makes a candidate again is decided by what that one scored, and not proposed")
    func known() async throws {
        let line = "Mind the tone."
        for (before, after, stays) in [("account delivery payment return", "Sort.", true), ("Sort.", "Sort.", false)] {
            var context = context(model: Scripted([]))
            let parent = Candidate(id: Candidate.ID(3), values: ["instruction": .text("\(after)\n\(line)")])
            let parentRuns = try await evaluations(before)
            let seedRuns = try await evaluations(after)
            context.parent = parent
            context.history = [
                TriedCandidate(
                    candidate: Candidate(id: .seed, values: ["instruction": .text(after)]), score: 0, examples: 16,
                    wasAccepted: true, validation: seedRuns),
                TriedCandidate(candidate: parent, score: 0, examples: 16, wasAccepted: true, validation: parentRuns),
            ]
            context.expectations = nil
            context.validationCount = 16
            var calm = Calm(options: CalmOptions(repairs: 0))
            calm.memory.current = 3
            calm.memory.scores = Calm.scores(parentRuns)
            calm.memory.rules = [.init(parameter: "instruction", group: "reply: tone", text: line, chance: 0.1)]
            #expect(try await calm.propose(context).isEmpty)
            #expect(calm.memory.pending.isEmpty)
            #expect(calm.memory.rules.isEmpty == !stays, "what is lost without it decides")
            #expect(calm.memory.current == (stays ? 3 : 0))
            #expect(calm.memory.needed.count == 1, "it is asked once")
        }
    }

    @Test("what is asked for is the form that the train split knows", arguments: 0..<4)
    func forms(kind: Int) throws {
        let (values, right, wrong): ([Value], Value, Value) =
            [
                (["a", "b", "a", "b"], " B ", "b or a"), ([1, 2, 3, 4], "3", "about 3"),
                (
                    [["x": 1, "y": 2], ["x": 3, "y": 4]] as [Value], Value.text(#"{"x": 5, "y": 6}"#),
                    Value.text(#"{"x": 5}"#)
                ), ([[1, 2], [3, 4]] as [Value], "[5]", "5"),
            ][kind]
        let form = try #require(ExpectedForm(ExpectationSummary(of: values)))
        #expect(form.isHeld(by: right) && !form.isHeld(by: wrong) && !form.isHeld(by: nil))
        #expect(form.request.hasPrefix("Answer with ") && !form.request.contains("\n"))
        #expect(values.allSatisfy(form.isHeld))
    }

    @Test("texts of their own have no form to ask for")
    func free() {
        let texts = (0..<20).map { Value.text("a sentence with number \($0 * 7919)") }
        #expect(ExpectedForm(ExpectationSummary(of: texts)) == nil && ExpectedForm(nil) == nil)
    }
}
