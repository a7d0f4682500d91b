import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

/// What OptoPrime does otherwise where the model it asks is a small one.
@Suite struct OptoPrimeSmallModelTests {
    private let labels = ExpectationSummary(of: ["billing", "sales", "billing", "sales"] as [Value])
    private let shots = ParameterDefinition("shots", kind: .integer, initial: 3)

    private func failing() async throws -> [Evaluation] {
        [
            try await Fixtures.evaluation("m1", as: "I think it is about money", expected: "billing"),
            try await Fixtures.evaluation("m2", as: "Well", expected: "sales"),
        ]
    }

    private func scoring() async throws -> [Evaluation] {
        [
            try await Fixtures.evaluation("m1", as: "sales", expected: "billing"),
            try await Fixtures.evaluation("m2", as: "billing", expected: "billing"),
        ]
    }

    private func suggestion(_ text: String) -> String {
        let value: Value = ["reasoning": "why", "suggestion": ["instruction": .text(text)]]
        return value.json
    }

    private func context(
        _ evaluations: [Evaluation], _ model: any LanguageModel, siblings: Int = 1, step: Int = 1,
        parent: String? = nil, parentScore: Double = 0, parameters: [ParameterDefinition] = [Fixtures.instruction],
        history: [TriedCandidate] = [], seed: UInt64 = 1, notes: Notes = Notes()
    ) -> ProposalContext {
        var context = Fixtures.context(
            parameters, evaluations: evaluations, model: model, siblings: siblings, step: step,
            parent: parent.map { ["instruction": .text($0)] }, history: history, expectations: labels,
            modelName: "local:1.5b", seed: seed, notes: notes)
        context.parentScore = parentScore
        return context
    }

    private func prompt(_ request: ChatRequest) -> String { request.messages.map(\.content).joined(separator: "\n") }

    // MARK: Asking afresh

    @Test func aRefusedValueIsAskedForAfreshAndNotShown() async throws {
        let model = Scripted(texts: [
            suggestion("The answer is billing."), suggestion("Route the message."),
            suggestion("Answer billing or sales."),
        ])
        let notes = Notes()
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(context(try await failing(), model, notes: notes))
        #expect(proposals.map(\.changes) == [["instruction": "Answer billing or sales."]])
        #expect(notes.kinds == [.asked, .refused, .asked, .refused, .asked])
        for request in model.requests {
            #expect(request.messages.count == 2)
            #expect(!prompt(request).contains("The answer is billing."))
        }
        // Each question is another one: the same would get the same answer.
        #expect(Set(model.requests.map { "\($0.key)" }).count == 3)
        let temperatures = model.requests.compactMap(\.temperature)
        #expect(temperatures == temperatures.sorted())
    }

    @Test func whatASiblingProposedIsNotShownAndAskedForAfresh() async throws {
        let model = Scripted(texts: [
            suggestion("Answer billing or sales."), suggestion("Answer  billing or sales."),
            suggestion("Say sales or billing."),
        ])
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(context(try await failing(), model, siblings: 2))
        #expect(
            proposals.map(\.changes) == [
                ["instruction": "Answer billing or sales."], ["instruction": "Say sales or billing."],
            ])
        #expect(model.requests.allSatisfy { !prompt($0).contains("Answer billing or sales.") })
    }

    @Test func theNumberOfQuestionsIsBounded() async throws {
        let model = Answering { _ in #"{"reasoning": "r", "suggestion": {"instruction": "Route the message."}}"# }
        let notes = Notes()
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(context(try await failing(), model, siblings: 3, notes: notes))
        #expect(proposals.isEmpty)
        #expect(notes.kinds.count { $0 == .asked } == 12)
        #expect(!notes.kinds.contains(.askedAgain))
    }

    @Test func aReplyOutOfFormIsToldSoInTheSameChatOnce() async throws {
        let model = Scripted(texts: ["I would rather talk.", "Still.", suggestion("Answer billing or sales.")])
        let notes = Notes()
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(context(try await failing(), model, notes: notes))
        #expect(proposals.count == 1)
        #expect(model.requests.map(\.messages.count) == [2, 4, 2])
    }

    @Test func aReplyThatNeverEndsIsCutSoonAndAskedForAfresh() async throws {
        let cut = ChatReply(text: suggestion("On and on"), finish: .length)
        let model = Scripted([.success(cut), .success(ChatReply(text: suggestion("Answer billing or sales.")))])
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(context(try await failing(), model))
        #expect(proposals.count == 1)
        #expect(model.requests.allSatisfy { ($0.maximumTokens ?? .max) < 1000 && $0.messages.count == 2 })
        #expect(optimizer.state.content["cut_replies"] == 1)
    }

    @Test func theSameStateAsksTheSameQuestions() async throws {
        var first = OptoPrime()
        let evaluations = try await failing()
        let never = Answering { _ in "no" }
        _ = try await first.propose(context(evaluations, never))
        var resumed = try OptoPrime(OptoPrimeOptions(), state: first.state)
        let models = (0..<2).map { _ in Scripted(texts: ["no", "no", "no", "no", "no"]) }
        _ = try await first.propose(context(evaluations, models[0], step: 2))
        _ = try await resumed.propose(context(evaluations, models[1], step: 2))
        #expect(models[0].requests == models[1].requests)
        #expect(first.state == resumed.state)
    }

    // MARK: What is asked

    @Test func whatIsWrongIsSaidLastWithTheWordsThatMendIt() async throws {
        let model = Scripted(texts: [suggestion("Answer billing or sales.")])
        var optimizer = OptoPrime()
        _ = try await optimizer.propose(context(try await failing(), model))
        let last = try #require(model.requests.first.map(prompt)?.split(separator: "\n").last)
        #expect(last.contains("does not say which outputs are possible"))
        #expect(last.contains("(billing, sales)"))
    }

    @Test func wordsThatAreNamedElsewhereAreNotAskedFor() async throws {
        let model = Scripted(texts: [suggestion("Take care.")])
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(context(try await scoring(), model, parentScore: 0.5))
        #expect(proposals.count == 1)
        #expect(model.requests.first.map(prompt)?.contains("(billing, sales)") == false)
    }

    @Test func theBottomIsJudgedByValidationToo() async throws {
        for (score, intent) in [(0.0, Proposal.Intent.diverge), (0.4, .refine)] {
            let model = Scripted(texts: [suggestion("Answer billing or sales.")])
            var optimizer = OptoPrime()
            let proposals = try await optimizer.propose(context(try await failing(), model, parentScore: score))
            #expect(proposals.map(\.intent) == [intent])
        }
    }

    // MARK: Which variable

    @Test func otherKindsHaveTheirTurnLessOftenThanTexts() async throws {
        var asked: [String] = []
        let model = Answering { request in
            #"{"reasoning": "r", "suggestion": {"instruction": "Say billing or sales \#(request.key)."}}"#
        }
        let evaluations = try await scoring()
        for step in 1...6 {
            let seen = Notes()
            var optimizer = OptoPrime()
            let accepted = TriedCandidate(
                candidate: Candidate(id: Candidate.ID(1), values: ["instruction": "x"]), score: 1, examples: 1,
                wasAccepted: true)
            let context = context(
                evaluations, model, siblings: 3, step: step, parentScore: 0.5,
                parameters: [Fixtures.instruction, shots], history: [accepted], notes: seen)
            asked += (0..<3).map { optimizer.focus(of: $0, context).definitions[0].name }
            _ = try await optimizer.propose(context)
        }
        #expect(asked.count { $0 == "shots" } == 3)
        #expect(asked.count { $0 == "instruction" } == 15)
    }

    @Test func whereNothingScoresOnlyTextsAreAskedAbout() async throws {
        let optimizer = OptoPrime()
        for step in 1...6 {
            let context = context(
                try await failing(), Scripted([]), siblings: 3, step: step, parameters: [Fixtures.instruction, shots])
            for index in 0..<3 { #expect(optimizer.focus(of: index, context).definitions[0].name == "instruction") }
        }
    }

    // MARK: Another order

    @Test func anotherOrderOfTheWordsIsTriedWithoutAQuestion() async throws {
        let parent = "Answer with billing or sales."
        let model = Scripted(texts: [suggestion("Say sales or billing.")])
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(
            context(try await scoring(), model, siblings: 2, step: 2, parent: parent, parentScore: 0.5))
        #expect(proposals.first?.changes == ["instruction": "Answer with sales or billing."])
        #expect(proposals.count == 2)
        #expect(model.requests.count == 1)
    }

    @Test func anOrderThatWasTriedIsNotTriedAgain() async throws {
        let parent = "Answer with billing or sales."
        let tried = TriedCandidate(
            candidate: Candidate(id: Candidate.ID(3), values: ["instruction": "Answer with sales or billing."]),
            score: 0.1, examples: 8, wasAccepted: false)
        let model = Scripted(texts: [suggestion("Say sales or billing."), suggestion("Write sales or billing.")])
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(
            context(
                try await scoring(), model, siblings: 2, step: 2, parent: parent, parentScore: 0.5, history: [tried]))
        #expect(proposals.count == 2)
        #expect(model.requests.count == 2)
    }

    @Test func aSiblingThatNoQuestionBringsIsAnotherOrder() async throws {
        let parent = "Answer with billing or sales."
        let model = Answering { _ in
            #"{"reasoning": "r", "suggestion": {"instruction": "Answer with billing or sales."}}"#
        }
        let notes = Notes()
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(
            context(try await scoring(), model, step: 2, parent: parent, parentScore: 0.5, notes: notes))
        #expect(proposals.map(\.changes) == [["instruction": "Answer with sales or billing."]])
        #expect(notes.kinds.count { $0 == .asked } == 2)
    }
}
