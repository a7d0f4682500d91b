import LanguageModels
import Testing
import TraceGraph

@testable import Evaluation

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

    /// Answers in turn, whatever is asked.
    private actor Writer: LanguageModel {
        private var replies: [String]
        private(set) var requests: [ChatRequest] = []

        init(_ replies: [String]) { self.replies = replies }

        func reply(to request: ChatRequest) async throws -> ChatReply {
            requests.append(request)
            return ChatReply(text: replies.isEmpty ? "no" : replies.removeFirst(), usage: Usage(calls: 1))
        }
    }

    private func paraphraser(_ writer: Writer) -> Paraphraser {
        Paraphraser(writer, named: ModelName(provider: "test", model: "writer"))
    }

    @Test func otherWordsKeepThePlaceholdersOrAreAskedForOnceMore() async throws {
        let writer = Writer([
            #"{"text": "Route {{mail}}."}"#, #"{"text": "Send {{ message }} on."}"#, "Sure! What text?",
            #"{"text": "Route {{message}}."}"#,
        ])
        let other = try await paraphraser(writer)("Route {{message}}.", keeping: ["{{"])
        #expect(other == "Send {{ message }} on.")
        let requests = await writer.requests
        #expect(requests.count == 2 && requests[1].messages.last?.content.contains("{{mail}}") != true)
        #expect(requests[1].messages.last?.content.hasPrefix("It lost {{message}}.") == true)
        #expect(try await paraphraser(writer)("Route {{message}}.") == nil, "neither chat nor the same text will do")
        #expect(await writer.requests.count == 4)
        #expect(Paraphraser.objection(to: String(repeating: "very ", count: 99), for: "Go.", keeping: []) != nil)
        #expect(Paraphraser.objection(to: "Now go.", for: "Go.", keeping: ["Go"]) == "It lost Go.")
    }

    @Test func aScoreThatHangsOnTheWordsIsTakenDown() async throws {
        let steady = "Route {{message}}.\nSay one word.\nNo full stop.\nBe brief."
        let loose = "Bring {{message}} to its place.\nNo full stop.\nBe short."
        var objective = Objective([Objective.Term("exact_match", .maximize)])
        objective.robustness = Robustness(kappa: 1, perturbations: 1, paraphrases: 2)
        let replies = [steady + " Truly.", loose].map { Value.object(["text": .text($0)]).json }
        let evaluator = Evaluator(
            subject: Fragile(), metrics: [ExactMatch(.expected, name: "exact_match")], objective: objective,
            paraphraser: paraphraser(Writer(replies)))
        let examples = ["1", "2"].map { Example(id: $0, fields: ["expected": "yes"]) }
        let scores = try await evaluator.evaluate(Self.parameters.seed, on: examples).compactMap(\.score)
        // Asked once for all examples.
        #expect(scores.count == 2 && scores[0] == scores[1] && scores[0] < 0.75)
        let made = try await Perturbation.paraphrases(
            of: Self.parameters.seed, Self.parameters, count: 3, by: paraphraser(Writer(replies + replies)))
        #expect(made.map { $0["instruction"] } == [.text(steady + " Truly."), .text(loose)])
        #expect(made.allSatisfy { $0.id == Self.parameters.seed.id })
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
