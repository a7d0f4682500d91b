import Evaluation
import Foundation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Optimization

/// What each setting of PrefPO means for the questions that are asked and for what is taken.
@Suite("PrefPO's settings") struct PrefPOMeaningTests {
    /// A context in which texts are run on examples that expect the queue.
    private func context(
        _ model: any LanguageModel, notes: Notes = Notes(), modelName: String = "openai:test"
    ) async throws -> ProposalContext {
        var examples: [Example] = []
        for index in 0..<4 {
            examples.append(
                Example(
                    id: "t\(index)",
                    fields: [
                        "message": .text("m\(index)"), "expected": "the right queue", "rubric": "for the checker",
                    ]))
        }
        var context = Fixtures.context(
            [Fixtures.instruction], model: model, siblings: 2, objective: "Route in under 200 words.",
            modelName: modelName, notes: notes)
        context.expectations = ExpectationSummary(of: examples)
        context.workbench = Workbench(train: examples) { values, examples, _ in
            var evaluations: [Evaluation] = []
            for example in examples {
                let text = values["instruction"]?.text ?? ""
                var evaluation = try await Fixtures.evaluation(
                    example.id, as: text.contains("well") ? "good" : "bad", expected: "good", instruction: text)
                evaluation.example = example
                evaluations.append(evaluation)
            }
            return evaluations
        }
        return context
    }

    /// A writer whose rewrites are numbered, keeping what it was asked.
    private final class Writer: LanguageModel {
        private let asked = Mutex<[ChatRequest]>([])
        let answer: @Sendable (ChatRequest, Int) -> String?

        init(_ answer: @escaping @Sendable (ChatRequest, Int) -> String? = { _, _ in nil }) { self.answer = answer }

        func prompts(_ form: String? = nil) -> [String] {
            asked.withLock { $0 }.filter { request in
                guard let form else { return true }
                if case .schema(form, _) = request.format { return true }
                return false
            }.map { $0.messages.map(\.content).joined(separator: "\n") }
        }

        func reply(to request: ChatRequest) async throws -> ChatReply {
            let count = asked.withLock { asked in
                asked.append(request)
                return asked.count
            }
            if let text = answer(request, count) { return ChatReply(text: text) }
            return switch request.format {
            case .schema("duel", _): ChatReply(text: #"{"feedback": "be brief", "preferred": "tie"}"#)
            case .schema("suggestion", _):
                ChatReply(
                    text: #"{"reasoning": "r", "suggestion": {"instruction": "Route it well, version \#(count)."}}"#)
            default: ChatReply(text: "yes")
            }
        }
    }

    @Test("with labels the judge sees what was expected and what checkers noted, without them neither")
    func labels() async throws {
        for isLabelled in [true, false] {
            let writer = Writer()
            var prefpo = PrefPO(options: PrefPOOptions(isLabelled: isLabelled))
            _ = try await prefpo.propose(try await context(writer))
            let duels = writer.prompts("duel")
            #expect(duels.count >= 2 && duels.count.isMultiple(of: 2), "both orders")
            for prompt in duels {
                #expect(prompt.contains("expected: the right queue") == isLabelled)
                #expect(prompt.contains("queue: Expected") == isLabelled)
                #expect(prompt.contains("Route in under 200 words."))
                #expect(prompt.contains("message") && !prompt.contains("for the checker"), "inputs, not the row")
                #expect(!prompt.contains("Route it well"), "the judge reads outputs and never texts")
            }
        }
    }

    @Test("without labels no question and no review knows what outputs are expected to be, to no kind of model")
    func unlabelled() async throws {
        for modelName in ["local:default", "openai:test"] {
            for isLabelled in [true, false] {
                let writer = Writer()
                var context = try await context(writer, modelName: modelName)
                let labels = ["payment", "delivery"]
                context.expectations = ExpectationSummary(
                    of: (0..<8).map { Example(id: "t\($0)", fields: ["expected": .text(labels[$0 % 2])]) })
                // Outputs are none of the words.
                context.evaluations = try await context.workbench.evaluate(
                    context.parent.values, on: context.workbench.train)
                var prefpo = PrefPO(options: PrefPOOptions(isLabelled: isLabelled))
                let proposals = try await prefpo.propose(context)
                let tells = writer.prompts().contains { $0.contains("payment") || $0.contains("delivery") }
                #expect(tells == isLabelled, "\(modelName)")
                // A small model's rewrites that name no label are refused where there are labels.
                #expect(proposals.isEmpty == (isLabelled && modelName.hasPrefix("local")), "\(modelName)")
            }
        }
    }

    @Test("without labels a text that scores worse wins when it is preferred")
    func preference() async throws {
        // The judge likes what the metric calls bad.
        let writer = Writer { request, _ in
            guard case .schema("duel", _) = request.format else { return nil }
            let prompt = request.messages.map(\.content).joined()
            guard let place = prompt.firstRange(of: "# Outputs of B")?.lowerBound else { return nil }
            let (a, b) = (prompt[..<place].contains("output: bad"), prompt[place...].contains("output: bad"))
            return #"{"feedback": "be bad", "preferred": "\#(a == b ? "tie" : a ? "A" : "B")"}"#
        }
        var prefpo = PrefPO(options: PrefPOOptions(isLabelled: false))
        let context = try await context(writer)
        let proposals = try await prefpo.propose(context)
        let candidate = Candidate(
            id: .init(1), values: context.parent.values.merging(proposals[0].changes) { _, new in new })
        prefpo.observe([
            Trial(
                candidate: candidate, proposal: proposals[0], minibatch: [], validation: [],
                fate: .accepted("scores better"))
        ])
        let pool = CandidatePool(
            tried: [], best: candidate, validationCount: 0, random: SeededGenerator(seed: 1))
        #expect(prefpo.winner(in: pool) == .seed)
        #expect(prefpo.trialRule == .whole, "no minibatch rules a text out")
    }

    @Test("minimal asks for nothing but what the feedback asks for")
    func minimal() async throws {
        for isMinimal in [true, false] {
            let writer = Writer()
            var prefpo = PrefPO(options: PrefPOOptions(isMinimal: isMinimal))
            _ = try await prefpo.propose(try await context(writer))
            let rewrites = writer.prompts("suggestion").filter { $0.contains("# Feedback on the outputs\nbe brief") }
            #expect(!rewrites.isEmpty)
            #expect(rewrites.allSatisfy { $0.contains("Keep every other word.") == isMinimal })
        }
    }

    @Test("a text without another is held against none: the judge says what would be better, and that is no duel")
    func alone() async throws {
        for advice in ["be brief", ""] {
            let notes = Notes()
            // No variant is found: it is the same text again.
            let writer = Writer { request, _ in
                let prompt = request.messages.map(\.content).joined()
                if prompt.contains("in another way") {
                    return #"{"reasoning": "r", "suggestion": {"instruction": "Route the message."}}"#
                }
                return request.format == .text ? advice : nil
            }
            var prefpo = PrefPO(options: PrefPOOptions(isLabelled: false))
            var context = try await context(writer, notes: notes)
            context.siblings = 1
            let proposals = try await prefpo.propose(context)
            #expect(writer.prompts("duel").isEmpty && prefpo.memory.duels.isEmpty)
            #expect(!notes.all.contains { $0.text.contains("a tie") })
            #expect(proposals.count == (advice.isEmpty ? 0 : 1))
            #expect(notes.all.contains { $0.text.contains("nothing is rewritten") } == advice.isEmpty)
            let rewrites = writer.prompts("suggestion").filter { $0.contains("# Feedback on the outputs\nbe brief") }
            #expect(rewrites.count == proposals.count)
        }
    }

    @Test("a rewrite that is refused ends no step: the next sibling has a duel of its own")
    func refusal() async throws {
        let writer = Writer { request, _ in
            guard case .schema("hacking", _) = request.format else { return nil }
            let prompt = request.messages.map(\.content).joined()
            // The first rewrite and the one after its refusal.
            let isFirst = prompt.contains("version 3.") || prompt.contains("version 5.")
            return #"{"line": "l", "stricter": "\#(isFirst ? "yes" : "no")"}"#
        }
        var prefpo = PrefPO(options: PrefPOOptions(checksHacking: true))
        prefpo.memory.pool = [
            .init(values: ["instruction": "Route the message."], candidate: 0),
            .init(values: ["instruction": "Route it."], candidate: 1),
        ]
        let notes = Notes()
        let proposals = try await prefpo.propose(try await context(writer, notes: notes))
        #expect(
            notes.all.count { $0.text.contains("stricter limits than the criteria: ") } == 2, "\(notes.all.map(\.text))"
        )
        #expect(proposals.count == 1 && prefpo.memory.duels.count == 2)
    }

    @Test("the best meets whom a duel tells most about, and the search ends when it is clearly preferred")
    func informative() async throws {
        // 1 lost to 0 often and 2 hardly met anybody: nobody learns from one more loss of 1.
        var duels = (0..<8).map { _ in BradleyTerry.Duel(0, 1, result: 1) }
        duels.append(.init(0, 2, result: 1))
        let ratings = BradleyTerry(duels, count: 3)
        let contest = try #require(ratings.contest)
        #expect(contest.first == 0 && contest.second == 2)
        #expect(ratings.information(0, 2) > ratings.information(0, 1))

        let notes = Notes()
        let writer = Writer()
        var prefpo = PrefPO()
        prefpo.memory.pool = [
            .init(values: ["instruction": "Route the message."], candidate: 0),
            .init(values: ["instruction": "Route it."], candidate: 1),
        ]
        prefpo.memory.duels = (0..<40).map { _ in .init(0, 1, result: 1) }
        let proposals = try await prefpo.propose(try await context(writer, notes: notes))
        #expect(proposals.isEmpty && writer.prompts().isEmpty)
        #expect(notes.all.contains { $0.text.contains("text 1 of 2 is preferred to all others") })
    }
}
