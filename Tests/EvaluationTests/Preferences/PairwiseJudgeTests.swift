import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

/// A judge that decides by what it is shown as A and as B.
private struct OrderedModel: LanguageModel {
    let decide: @Sendable (_ first: String, _ second: String) -> String

    func reply(to request: ChatRequest) async throws -> ChatReply {
        let text = request.messages.last?.content ?? ""
        let parts = text.split(separator: "Output A:\n").last.map(String.init)?.components(of: "\n\nOutput B:\n") ?? []
        return ChatReply(
            text: decide(parts.first ?? "", parts.last ?? ""),
            usage: Usage(calls: 1, promptTokens: 10, completionTokens: 5))
    }
}

extension String {
    fileprivate func components(of separator: String) -> [String] {
        guard let range = firstRange(of: separator) else { return [self] }
        return [String(self[..<range.lowerBound]), String(self[range.upperBound...])]
    }
}

@Suite struct PairwiseJudgeTests {
    private let name = ModelName(provider: "scripted", model: "judge")

    private func subject(_ output: MetricSubject.Outcome) -> MetricSubject {
        MetricSubject(example: Example(id: "e", fields: ["message": "hi"]), outcome: output)
    }

    private func answer(_ letter: String) -> String { "{\"reasons\": \"because\", \"preferred\": \"\(letter)\"}" }

    private func judge(
        against other: Value?, _ decide: @escaping @Sendable (String, String) -> String
    ) -> PairwiseJudge {
        PairwiseJudge("Longer is better.", model: OrderedModel(decide: decide), named: name) { _ in other }
    }

    @Test func theLongerOneWinsWhicheverStandsFirst() async throws {
        let byLength: @Sendable (String, String) -> String = { [self] in
            answer($0.utf8.count > $1.utf8.count ? "A" : "B")
        }
        let won = try await judge(against: "no", byLength).score(subject(.output("a longer one")))
        #expect(won.value == 1 && won.usage.calls == 2)
        let lost = try await judge(against: "a longer one", byLength).score(subject(.output("no")))
        #expect(lost.value == 0)
    }

    @Test(arguments: ["A", "B"]) func whoDecidesByTheOrderHasNoPreference(letter: String) async throws {
        let score = try await judge(against: "one") { [self] _, _ in answer(letter) }.score(subject(.output("two")))
        #expect(score.value == 0.5 && score.feedback.contains("order"))
    }

    @Test func equalOutputsAreNotAskedAbout() async throws {
        let score = try await judge(against: "one") { _, _ in "no answer at all" }.score(subject(.output("one")))
        #expect(score.value == 0.5 && score.usage == .none)
    }

    @Test func aSideThatFailedLosesWithoutAQuestion() async throws {
        let unasked: @Sendable (String, String) -> String = { _, _ in "no answer at all" }
        #expect(try await judge(against: "one", unasked).score(subject(.failure("it broke"))).value == 0)
        #expect(try await judge(against: nil, unasked).score(subject(.output("one"))).value == 1)
        #expect(try await judge(against: nil, unasked).score(subject(.failure("it broke"))).value == 0.5)
    }

    @Test func anUnreadableAnswerLeavesTheExampleWithoutAScore() async throws {
        await #expect(throws: MetricError.self) {
            try await judge(against: "one") { _, _ in "hm" }.score(subject(.output("two")))
        }
    }

    /// Agreement is symmetric: naming the two the other way round turns the preference round and nothing else.
    @Test func agreementDoesNotDependOnWhoIsNamedFirst() {
        for forward in Preference.allCases {
            for backward in Preference.allCases {
                let agreed = Preference.agreed(forward, backward)
                #expect(Preference.agreed(backward, forward) == agreed.reversed)
                #expect(agreed.share + agreed.reversed.share == 1)
            }
        }
    }
}
