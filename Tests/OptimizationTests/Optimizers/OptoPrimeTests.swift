import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

@Suite struct OptoPrimeTests {
    private func batch() async throws -> [Evaluation] {
        [
            try await Fixtures.evaluation("m1", as: "sales", expected: "billing"),
            try await Fixtures.evaluation("m2", as: "billing", expected: "billing"),
        ]
    }

    private func suggestion(_ text: String, reasoning: String = "Labels were missing.") -> String {
        let value: Value = ["reasoning": .text(reasoning), "suggestion": ["instruction": .text(text)]]
        return value.json
    }

    @Test func aGoodReplyIsAProposal() async throws {
        let model = Scripted(texts: [suggestion("Answer billing or sales.")])
        let notes = Notes()
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(
            Fixtures.context(
                [Fixtures.instruction], evaluations: try await batch(),
                model: CachedModel(model, cache: MemoryCompletionCache()), notes: notes))
        #expect(
            proposals == [
                Proposal(
                    changes: ["instruction": "Answer billing or sales."], rationale: "Labels were missing.",
                    intent: .refine, parent: .seed)
            ])
        #expect(notes.kinds == [.asked])
        let request = try #require(model.requests.first)
        #expect(notes.all.first?.completion == "\(request.key)")
        #expect(request.format != .text)
        let prompt = request.messages.map(\.content).joined(separator: "\n")
        for part in [
            "(text) instruction = Route the message.", "Expected \"billing\", got \"sales\".", "small change",
            "# Answer",
        ] {
            #expect(prompt.contains(part), "\(part)")
        }
        #expect(!prompt.contains("NO_CHANGE"))
    }

    // MARK: Asking again

    @Test(arguments: [
        "I would rather talk about the weather.", "",
        #"{"reasoning": "r", "suggestion": {"instruction": "Certainly! Please provide the text."}}"#,
        #"{"reasoning": "r", "suggestion": {"instruction": "Route the message."}}"#,
        #"{"reasoning": "r", "suggestion": {"instruction": ""}}"#,
        #"{"reasoning": "r", "suggestion": {"instrction": "A"}}"#,
        #"{"reasoning": "r", "suggestion": {"instruction": "Wh"#,
    ]) func anythingElseIsAskedAgainOnce(_ bad: String) async throws {
        let model = Scripted(texts: [bad, suggestion("Answer billing or sales.")])
        let notes = Notes()
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(
            Fixtures.context([Fixtures.instruction], evaluations: try await batch(), model: model, notes: notes))
        #expect(proposals.map(\.changes) == [["instruction": "Answer billing or sales."]])
        #expect(model.requests.count == 2)
        #expect(notes.kinds.contains(.refused))
        #expect(notes.kinds.count { $0 == .askedAgain } == 1)
        // The model is shown what was wrong.
        let reason = try #require(notes.all.first { $0.kind == .refused }?.text)
        #expect(model.requests[1].messages.last?.content.contains(reason) == true)
    }

    @Test func thereIsNoThirdQuestion() async throws {
        let model = Scripted(texts: ["no", "still no", suggestion("never reached")])
        let notes = Notes()
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(
            Fixtures.context([Fixtures.instruction], evaluations: try await batch(), model: model, notes: notes))
        #expect(proposals.isEmpty)
        #expect(model.requests.count == 2)
        #expect(notes.kinds == [.asked, .refused, .askedAgain, .refused])
    }

    @Test func aCutReplyIsAskedAgainWithMoreRoomAndCounted() async throws {
        let cut = ChatReply(text: suggestion("Whole, but cut."), finish: .length)
        let model = Scripted([.success(cut), .success(ChatReply(text: suggestion("Answer billing.")))])
        let notes = Notes()
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(
            Fixtures.context([Fixtures.instruction], evaluations: try await batch(), model: model, notes: notes))
        #expect(proposals.map(\.changes) == [["instruction": "Answer billing."]])
        let limits = model.requests.compactMap(\.maximumTokens)
        #expect(limits.count == 2 && limits[1] == 2 * limits[0])
        #expect(notes.kinds.contains(.cut))
        #expect(optimizer.state.content["cut_replies"] == 1)
    }

    @Test func theStopWordEndsTheTurn() async throws {
        let model = Scripted(texts: ["NO_CHANGE"])
        let notes = Notes()
        var optimizer = OptoPrime()
        let perfect = [try await Fixtures.evaluation("m", as: "a", expected: "a")]
        let proposals = try await optimizer.propose(
            Fixtures.context([Fixtures.instruction], evaluations: perfect, model: model, notes: notes))
        #expect(proposals.isEmpty)
        #expect(notes.kinds == [.asked, .nothingToDo])
        #expect(model.requests.first?.messages.last?.content.contains("NO_CHANGE") == true)
    }

    @Test func whatWasRightInTheFirstReplyStands() async throws {
        let shots = ParameterDefinition("shots", kind: .integer, initial: 3)
        let model = Scripted(texts: [
            #"{"suggestion": {"instruction": "Better.", "shots": "3.7"}}"#, #"{"suggestion": {"shots": 4}}"#,
        ])
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(
            Fixtures.context([Fixtures.instruction, shots], evaluations: try await batch(), model: model))
        #expect(proposals.map(\.changes) == [["instruction": "Better.", "shots": 4]])
        #expect(
            model.requests[1].messages.last?.content.contains("shots: expected a whole number, got text \"3.7\"")
                == true)
    }

    // MARK: Errors

    @Test func errorsThatEndTheRunAreThrownAndOthersNoted() async throws {
        var optimizer = OptoPrime()
        let evaluations = try await batch()
        await #expect(throws: ModelError.self) {
            _ = try await optimizer.propose(
                Fixtures.context(
                    [Fixtures.instruction], evaluations: evaluations,
                    model: Scripted([.failure(ModelError(.budgetExhausted, "spent"))])))
        }
        let notes = Notes()
        let model = Scripted([
            .failure(ModelError(.interrupted, "broken off")), .success(ChatReply(text: suggestion("Answer billing."))),
        ])
        let proposals = try await optimizer.propose(
            Fixtures.context([Fixtures.instruction], evaluations: evaluations, model: model, siblings: 2, notes: notes))
        #expect(proposals.count == 1)
        #expect(notes.kinds == [.remark, .asked])
        #expect(notes.all.first?.text.contains("broken off") == true)
    }

    @Test func aRefusedSchemaAndATooLongPromptAreMended() async throws {
        var evaluations: [Evaluation] = []
        for index in 0..<8 {
            let message = String(repeating: "word\(index) ", count: 1000)
            evaluations.append(try await Fixtures.evaluation(message, as: "sales", expected: "billing"))
        }
        for code: ModelError.Code in [.badRequest, .contextTooLong] {
            let model = Scripted([
                .failure(ModelError(code, "no")), .success(ChatReply(text: suggestion("Answer billing."))),
            ])
            var optimizer = OptoPrime()
            let proposals = try await optimizer.propose(
                Fixtures.context([Fixtures.instruction], evaluations: evaluations, model: model))
            #expect(proposals.count == 1)
            let requests = model.requests
            #expect(requests.count == 2)
            let sizes = requests.map { $0.messages.reduce(0) { $0 + $1.content.utf8.count } }
            #expect((requests[1].format == .text) == (code == .badRequest))
            #expect((sizes[1] * 3 < sizes[0] * 2) == (code == .contextTooLong))
        }
    }

    // MARK: Siblings and memory

    @Test func siblingsDifferInIntentTemperatureAndValue() async throws {
        let model = Scripted(texts: [suggestion("First."), suggestion("First."), suggestion("Second.")])
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(
            Fixtures.context([Fixtures.instruction], evaluations: try await batch(), model: model, siblings: 2))
        #expect(proposals.map(\.intent) == [.refine, .diverge])
        #expect(proposals.map(\.changes) == [["instruction": "First."], ["instruction": "Second."]])
        let requests = model.requests
        #expect(requests.count == 3)
        #expect(Set(requests.map(\.temperature)).count == 2)
        #expect(requests[1].messages.last?.content.contains("different approach") == true)
        #expect(requests[1].messages.last?.content.contains("instruction = \"First.\"") == true)
        #expect(requests[2].messages.last?.content.contains("must differ") == true)
    }

    @Test func togetherGivesTheSameWhoeverAnswersFirst() async throws {
        let model = Answering { request in
            let isFar = request.messages.contains { $0.content.contains("different approach") }
            return #"{"suggestion": {"instruction": "\#(isFar ? "Far." : "Near.") \#(request.repetition)"}}"#
        }
        var optimizer = OptoPrime(options: OptoPrimeOptions(siblings: .together, temperatures: 0.5...0.5))
        let proposals = try await optimizer.propose(
            Fixtures.context([Fixtures.instruction], evaluations: try await batch(), model: model, siblings: 4))
        #expect(proposals.compactMap { $0.changes["instruction"]?.text } == ["Near. 0", "Far. 0", "Near. 1", "Far. 1"])
    }

    @Test func aRequestThatRecursIsAskedAsAnIndependentRepeat() async throws {
        let model = Scripted(texts: ["no", "no", "no", "no"])
        var optimizer = OptoPrime()
        let context = Fixtures.context([Fixtures.instruction], evaluations: try await batch(), model: model)
        _ = try await optimizer.propose(context)
        let data = optimizer.state
        var resumed = try OptoPrime(OptoPrimeOptions(), state: data)
        _ = try await resumed.propose(context)
        #expect(model.requests.map(\.repetition) == [0, 0, 1, 1])
        #expect(Set(model.requests.map { "\($0.key)" }).count == 4)
    }

    @Test func triedValuesAreShownWithScoresAndRefused() async throws {
        let tried = ["Say it.", "Shout it."].enumerated().map { index, text in
            TriedCandidate(
                candidate: Candidate(id: Candidate.ID(index + 1), values: ["instruction": .text(text)]),
                score: 0.5 - Double(index) / 4, examples: 8, wasAccepted: false)
        }
        let model = Scripted(texts: [suggestion("Say  it."), suggestion("Whisper it.")])
        var optimizer = OptoPrime()
        let proposals = try await optimizer.propose(
            Fixtures.context([Fixtures.instruction], evaluations: try await batch(), model: model, history: tried))
        #expect(proposals.map(\.changes) == [["instruction": "Whisper it."]])
        let prompt = try #require(model.requests.first?.messages.last?.content)
        #expect(
            prompt.contains(
                "- score 0.25 on 8 examples: instruction = \"Shout it.\"\n- score 0.5 on 8 examples: instruction = \"Say it.\""
            ))
    }

    @Test func feedbackOfEarlierRoundsIsRemembered() async throws {
        let candidate = Candidate(id: Candidate.ID(1), values: ["instruction": "Say it."])
        let proposal = Proposal(changes: ["instruction": "Say it."], rationale: "r", intent: .refine, parent: .seed)
        var optimizer = OptoPrime()
        optimizer.observe([
            Trial(
                candidate: candidate, proposal: proposal, minibatch: try await batch(), validation: [],
                fate: .rejected("worse"))
        ])
        var resumed = try OptoPrime(OptoPrimeOptions(), state: optimizer.state)
        let model = Scripted(texts: [suggestion("New.")])
        let tried = TriedCandidate(candidate: candidate, score: 0.5, examples: 2, wasAccepted: false)
        _ = try await resumed.propose(
            Fixtures.context([Fixtures.instruction], evaluations: try await batch(), model: model, history: [tried]))
        let prompt = try #require(model.requests.first?.messages.last?.content)
        #expect(prompt.contains(#"feedback: "Expected \"billing\", got \"sales\".""#))
    }

    @Test func scoresThatTieAtTheBottomAreSaidToDoSo() async throws {
        let model = Scripted(texts: [suggestion("New.")])
        var optimizer = OptoPrime()
        let evaluations = [
            try await Fixtures.evaluation("m1", as: "sales", expected: "billing"),
            try await Fixtures.evaluation("m2", as: "", expected: "billing"),
        ]
        let proposals = try await optimizer.propose(
            Fixtures.context(
                [Fixtures.instruction], evaluations: evaluations, model: model,
                expectations: ExpectationSummary(of: ["billing", "sales", "billing", "sales"] as [Value]),
                objective: "Route messages."))
        let prompt = try #require(model.requests.first?.messages.last?.content)
        #expect(prompt.contains("No score tells one output from another yet"))
        #expect(prompt.contains("1 of them failed"))
        #expect(prompt.contains("exactly one of \"billing\" (2), \"sales\" (2)"))
        #expect(prompt.contains("What the program is for: Route messages."))
        #expect(proposals.map(\.intent) == [.diverge])
    }

    @Test func anotherStateIsRefused() {
        #expect(throws: OptimizerError.self) {
            _ = try OptoPrime(OptoPrimeOptions(), state: OptimizerState(optimizer: "optoprime", content: ["x": 1]))
        }
        #expect(throws: OptimizerError.self) {
            _ = try OptoPrime(
                OptoPrimeOptions(), state: OptimizerState(optimizer: "random", content: OptoPrime().state.content))
        }
    }

    // MARK: Numbers

    /// A model that can read: it looks up the present x and the feedback and steps toward what is asked for.
    @Test func aNumericToyIsSolvedInFewSteps() async throws {
        let x = ParameterDefinition("x", kind: .number, initial: -4, constraint: ParameterConstraint(range: -10...10))
        let model = Answering { request in
            let prompt = request.messages.map(\.content).joined(separator: "\n")
            let line = prompt.split(separator: "\n").first { $0.hasPrefix("(number) x = ") }
            let present = line.flatMap { Double($0.dropFirst(13)) } ?? 0
            let step: Double = prompt.contains("x is too small") ? 1 : -1
            let loss = prompt.firstMatch(of: /off by ([0-9.]+)/).flatMap { Double($0.1) } ?? 0
            return #"{"reasoning": "step", "suggestion": {"x": "\#(present + step * loss.squareRoot())"}}"#
        }
        var optimizer = OptoPrime()
        var value = -4.0
        for step in 1...3 where value != 3 {
            let candidate = Candidate(id: Candidate.ID(step), values: ["x": .number(value)])
            let trace = await Trace.record(candidate) {
                traced("loss", Traced<Value>.parameter(x)) { -($0.number ?? 0 - 3) * (($0.number ?? 0) - 3) }
            }
            let loss = (value - 3) * (value - 3)
            let output = try #require(trace.result?.id)
            let spoken = try trace.feedback("off by \(loss); x is too \(value < 3 ? "small" : "large")", on: output)
            let evaluation = Evaluation(
                candidate: candidate.id, example: Example(id: "e", fields: [:]), repetition: 0, scores: [:],
                score: -loss,
                evidence: 0, trace: spoken)
            let proposals = try await optimizer.propose(
                Fixtures.context(
                    [x], evaluations: [evaluation], model: model, step: step, parent: ["x": .number(value)]))
            value = try #require(proposals.first?.changes["x"]?.number)
        }
        #expect(value == 3)
    }
}
