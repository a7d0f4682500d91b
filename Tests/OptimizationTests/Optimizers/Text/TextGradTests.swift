import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Optimization

@Suite("TextGrad") struct TextGradTests {
    /// Answers each edge with what it is about, and keeps the questions.
    private final class Critic: LanguageModel {
        private let kept = Mutex<[ChatRequest]>([])
        let rewrite: String

        init(_ rewrite: String = "Plan.\\nThink it over.") { self.rewrite = rewrite }

        var prompts: [String] {
            kept.withLock { $0 }.map { $0.messages.map(\.content).joined(separator: "\n") }
        }

        func reply(to request: ChatRequest) async throws -> ChatReply {
            let count = kept.withLock { kept in
                kept.append(request)
                return kept.count
            }
            let prompt = request.messages.map(\.content).joined(separator: "\n")
            if case .schema = request.format {
                let text = "\(rewrite) Version \(count)."
                return ChatReply(text: #"{"reasoning": "r", "suggestion": {"plan": "\#(text)", "write": "\#(text)"}}"#)
            }
            if prompt.contains("Criticisms of") { return ChatReply(text: "all together") }
            let rule = HintedTask.rules.first { prompt.contains($0) }
            return ChatReply(text: "it lacks \(rule ?? "something")")
        }
    }

    private func context(_ model: any LanguageModel, _ examples: [Example]) async throws -> ProposalContext {
        let metric = RightOrWrong()
        let evaluator = Evaluator(subject: HintedTask(), metrics: [metric], objective: Objective(metric))
        let runs = try await evaluator.evaluate(HintedTask().parameters.seed, on: examples)
        var context = Fixtures.context(HintedTask.definitions, evaluations: runs, model: model)
        context.parent = HintedTask().parameters.seed
        context.expectations = ExpectationSummary(of: examples)
        return context
    }

    @Test("criticism goes from the feedback along the edges to the texts, and keeps the feedback's words")
    func edges() async throws {
        let critic = Critic()
        var textgrad = TextGrad()
        let context = try await context(critic, HintedTask.examples(1, "t"))
        let proposals = try await textgrad.propose(context)
        #expect(proposals.count == 1 && proposals[0].changes.keys.sorted() == ["plan", "write"])
        let edges = critic.prompts.filter { $0.contains("# Criticism of the result") }
        // The result's edge, those of what was written (text and plan), and those of the plan that lead to a text.
        #expect(edges.count == 4)
        #expect(edges[0].contains("outcome = check"), "in reverse order of execution")
        #expect(edges.contains { $0.contains("plan_step: count twice") && $0.contains("plan_step = think") })
        #expect(critic.prompts.contains { $0.contains("# Criticism of plan") && $0.contains("it lacks count twice") })
    }

    @Test("where several runs say the same it is said once, with how many did, the commonest first")
    func counts() async throws {
        // Four runs of which three lack the same rule of the plan.
        let rules = ["round down", "count twice", "count twice", "count twice"]
        let examples = rules.enumerated().map { index, rule in
            Example(
                id: "t\(index)", fields: ["plan": .list([.text(rule)]), "write": .list([]), "expected": "right"])
        }
        let critic = Critic()
        var textgrad = TextGrad(options: .init(runs: 4, edges: 0))
        _ = try await textgrad.propose(try await context(critic, examples))
        let reduced = try #require(critic.prompts.first { $0.contains("Criticisms of plan") })
        let first = try #require(reduced.firstRange(of: "[3×] plan_step: count twice"))
        let second = try #require(reduced.firstRange(of: "plan_step: round down"))
        #expect(first.lowerBound < second.lowerBound)
        #expect(reduced.contains("At most eight sentences"), "a text does not grow with how much was said against it")
        #expect(critic.prompts.contains { $0.contains("# Criticism of plan\nall together") })
    }

    @Test("beyond the edges that may be asked about, and without an answer, criticism goes on as it is")
    func withoutAnswers() async throws {
        struct Silent: LanguageModel {
            let critic = Critic()
            func reply(to request: ChatRequest) async throws -> ChatReply {
                if case .schema = request.format { return try await critic.reply(to: request) }
                _ = try await critic.reply(to: request)
                return ChatReply(text: "")
            }
        }
        for edges in [0, 12] {
            let model = Silent()
            var textgrad = TextGrad(options: .init(edges: edges))
            _ = try await textgrad.propose(try await context(model, HintedTask.examples(1, "t")))
            #expect(
                model.critic.prompts.contains {
                    $0.contains("# Criticism of plan\n") && $0.contains("plan_step: count twice")
                })
            #expect(model.critic.prompts.contains { $0.contains("# Criticism of the result") } == (edges > 0))
        }
    }

    @Test("says so where nothing went wrong, and where what was said leads to no text")
    func nothing() async throws {
        let right = [Example(id: "t0", fields: ["plan": [], "write": [], "expected": "right"])]
        let notes = Notes()
        let critic = Critic()
        var textgrad = TextGrad()
        var context = try await context(critic, right)
        context.report = notes.add
        #expect(try await textgrad.propose(context).isEmpty)
        #expect(notes.all.map(\.text) == ["no run of the minibatch went wrong: there is nothing to criticise"])
        // Nobody said anything about a run that went wrong.
        let example = HintedTask.examples(1, "t")[0]
        let silent = await HintedTask(givesHints: false).run(context.parent, on: example, repetition: 0)
        context.evaluations = [
            Evaluation(
                candidate: .seed, example: example, repetition: 0, scores: [:], score: 0, evidence: 0, trace: silent)
        ]
        #expect(try await textgrad.propose(context).isEmpty && critic.prompts.isEmpty)
        #expect(notes.all.last?.text == "no feedback of these runs leads to a text or code")
    }

    @Test("each sibling criticises runs of its own, and the forecast counts all of them")
    func siblings() async throws {
        let critic = Critic()
        var textgrad = TextGrad(options: .init(runs: 1))
        var context = try await context(critic, HintedTask.examples(3, "t"))
        context.siblings = 3
        #expect(try await textgrad.propose(context).count == 3)
        for rule in HintedTask.rules {
            #expect(critic.prompts.count { $0.contains("# Criticism of the result\nplan_step: \(rule)") } == 1)
        }
        let outlook = textgrad.outlook(for: context.parameters, train: 18, siblings: 3)
        #expect(critic.prompts.count <= outlook[0].modelCalls && outlook[0].modelCalls == 3 * (12 + 6))
    }

    @Test("a rewrite that does no better is dropped, also where nothing scores at all, and texts do not pile up")
    func reverts() async throws {
        let seen = Seen()
        let conclusion = try await HintedTask.conclude(
            TextGrad(), model: Critic("Plan.\\nThink it over, at length."), steps: 4, seen: seen)
        #expect(conclusion.best.id == .seed)
        let parents = seen.all.events.compactMap { event -> Candidate.ID? in
            if case .stepStarted(_, let parent) = event { return parent }
            return nil
        }
        #expect(parents.count == 4 && parents.allSatisfy { $0 == .seed }, "each step starts from the best values")
    }
}
