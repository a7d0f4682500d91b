import Foundation
import LanguageModels
import Testing

@testable import Optimization

/// How outputs are held against each other, and what becomes of answers that are none.
@Suite("PrefPO's judge") struct PrefPOJudgeTests {
    private func side(_ outputs: [String]) -> PrefPO.Side {
        PrefPO.Side(outputs: outputs.map { .init(input: nil, output: $0, expected: nil, notes: []) })
    }

    /// Says of each output what it is told to: odds of yes against no, or a text without them.
    private struct Sure: LanguageModel {
        let odds: [String: Double]

        func reply(to request: ChatRequest) async throws -> ChatReply {
            let prompt = request.messages.map(\.content).joined()
            guard request.wantsLogProbabilities else { return ChatReply(text: "say less") }
            let shown = prompt.split(separator: "\n").filter { $0.hasPrefix("output: ") }
            #expect(shown.count == 1, "one output a question")
            guard let odds = odds[String(shown.first?.dropFirst(8) ?? "")] else {
                return ChatReply(text: "Certainly! I can")
            }
            let yes = 1 / (1 + exp(-odds))
            return ChatReply(
                text: odds > 0 ? "yes" : "no",
                tokens: [.init(token: "yes", logProbability: log(yes), alternatives: ["no": log(1 - yes)])])
        }
    }

    private func pointwise(
        _ first: [String], _ second: [String], _ odds: [String: Double], notes: Notes = Notes()
    ) async throws -> PrefPOJudge.Finding? {
        let context = Fixtures.context([Fixtures.instruction], model: Sure(odds: odds), notes: notes)
        var inquiry = Inquiry(context, asked: AskedQuestions())
        let judge = PrefPOJudge(options: PrefPOOptions(comparison: .pointwise), context: context)
        return try await judge.pointwise(side(first), side(second), &inquiry)
    }

    @Test("pointwise, each output is asked about alone, and the mean of the odds decides")
    func means() async throws {
        // Two lukewarm yes weigh less than a sure yes and a lukewarm no.
        let odds = ["one": 0.2, "two": 0.3, "three": 3, "four": -0.2]
        #expect(
            try await pointwise(["one", "two"], ["three", "four"], odds) == .init(result: 0, feedback: "say less"))
        #expect(try await pointwise(["three", "four"], ["one", "two"], odds)?.result == 1)
        #expect(try await pointwise(["one"], ["one"], odds)?.result == 0.5)
        #expect(PrefPOOptions().isPointwise(for: ModelName(provider: "local", model: "default")))
        #expect(!PrefPOOptions().isPointwise(for: ModelName(provider: "openai", model: "large")))
    }

    @Test("an example that one side has no answer about says nothing of the other")
    func pairs() async throws {
        // The first example is easy, the second hard; on both the first side does better. Without its answer about the easy
        // one the first side would have the lower mean.
        let odds = ["easy 2": 4.0, "hard 1": -1, "hard 2": -2]
        let notes = Notes()
        let finding = try await pointwise(["easy 1", "hard 1"], ["easy 2", "hard 2"], odds, notes: notes)
        #expect(finding?.result == 1)
        #expect(
            notes.all.contains {
                $0.kind == .remark
                    && $0.text == "1 of 4 answers are neither yes nor no: 1 of 2 pairs of outputs are compared"
            })
        let turned = try await pointwise(["easy 2", "hard 2"], ["easy 1", "hard 1"], odds)
        #expect(turned?.result == 0)
    }

    @Test("where no example has an answer about both sides nothing is found, which is told")
    func silence() async throws {
        for odds in [[:], ["one": 1.0], ["one": 1.0, "four": -1]] {
            let notes = Notes()
            #expect(try await pointwise(["one", "two"], ["three", "four"], odds, notes: notes) == nil)
            #expect(notes.all.contains { $0.kind == .refused && $0.text.contains("0 of 2 pairs") })
        }
    }

    private func reply(_ text: String, _ tokens: [ChatReply.TokenProbability] = []) -> ChatReply {
        ChatReply(text: text, tokens: tokens)
    }

    @Test("log-probabilities of yes and no decide where they are given, words where they are not")
    func odds() throws {
        let sure = reply("Yes", [.init(token: "Yes", logProbability: -0.1, alternatives: ["No": -3, "yes": -4])])
        let unsure = reply("No", [.init(token: " no", logProbability: -0.6, alternatives: ["yes": -0.9])])
        #expect(try #require(PrefPOJudge.odds(sure)) > 2.5)
        #expect(abs(try #require(PrefPOJudge.odds(unsure)) + 0.3) < 1e-9)
        #expect(PrefPOJudge.odds(reply("yes, it is")) == 1)
        #expect(PrefPOJudge.odds(reply("No.")) == -1)
        #expect(PrefPOJudge.odds(reply("maybe")) == nil)
    }

    @Test("filler before the word, or instead of it, hides no answer that the probabilities hold")
    func filler() throws {
        let later = reply(
            "The answer: Yes,",
            [
                .init(token: "The", logProbability: -0.2, alternatives: ["No": -2]),
                .init(token: " Yes,", logProbability: -0.1, alternatives: [" No": -3]),
            ])
        #expect(abs(try #require(PrefPOJudge.odds(later)) - 2.9) < 1e-9, "where it is said")
        let meant = reply(
            "Based on", [.init(token: "Based", logProbability: -0.5, alternatives: ["Yes": -2, "No": -1.2])])
        #expect(abs(try #require(PrefPOJudge.odds(meant)) + 0.8) < 1e-9, "what it would have said")
        let neither = reply("Based on", [.init(token: "Based", logProbability: -0.1, alternatives: ["Well": -3])])
        #expect(PrefPOJudge.odds(neither) == nil)
    }

    @Test("what is not among the likeliest words is as likely as they leave room for, no matter how many are listed")
    func unlisted() throws {
        let alone = reply("Yes", [.init(token: "Yes", logProbability: log(0.9), alternatives: [:])])
        #expect(abs(try #require(PrefPOJudge.odds(alone)) - log(9)) < 1e-9)
        let short = reply("Yes", [.init(token: "Yes", logProbability: log(0.9), alternatives: ["Sure": log(0.02)])])
        #expect(abs(try #require(PrefPOJudge.odds(short)) - log(45)) < 1e-9, "no likelier than the last one listed")
        let whole = reply("No", [.init(token: "No", logProbability: 0, alternatives: [:])])
        #expect(abs(try #require(PrefPOJudge.odds(whole)) + log(1e6)) < 1e-6, "and never without limit")
    }

    @Test(
        "a preference is read in more words than the letter",
        arguments: [
            ("A", "B", 1), ("b", "a", 0), ("Outputs of A", "Program B.", 1), ("A is a better one", "B, as a whole", 1),
            ("tie", "neither of them", 0.5), ("A", "tie", 0.5), ("A", "A", 0.5), ("A", "A or B", 0.5),
            ("a better one", "a better one", nil),
        ] as [(String, String, Double?)])
    func words(_ forward: String, _ backward: String, _ result: Double?) async throws {
        let model = Answering { request in
            let prompt = request.messages.map(\.content).joined()
            let (first, second) = (prompt.range(of: "output: one"), prompt.range(of: "output: two"))
            let isForward = (first?.lowerBound ?? prompt.endIndex) < (second?.lowerBound ?? prompt.endIndex)
            return #"{"feedback": "be short", "preferred": "\#(isForward ? forward : backward)"}"#
        }
        let notes = Notes()
        let context = Fixtures.context([Fixtures.instruction], model: model, notes: notes)
        var inquiry = Inquiry(context, asked: AskedQuestions())
        let judge = PrefPOJudge(options: PrefPOOptions(), context: context)
        #expect(try await judge.together(side(["one"]), side(["two"]), &inquiry)?.result == result)
        let said = notes.all.filter { $0.text.hasSuffix(": a tie") }.map(\.text)
        switch (forward, backward) {
        case ("A", "tie"): #expect(said == ["the judge prefers one in one order only: a tie"])
        case ("A", "A"): #expect(said == ["the judge prefers by position: a tie"])
        case ("A", "A or B"): #expect(said == ["the judge has a readable answer in one order only: a tie"])
        default: #expect(said.isEmpty)
        }
        #expect(
            notes.all.contains { $0.text == "the judge names neither side: the duel does not count" } == (result == nil)
        )
    }
}
