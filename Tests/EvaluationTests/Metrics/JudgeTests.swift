import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

/// Answers in the order given and keeps what it was asked.
private final class ListedModel: LanguageModel {
    private let replies: [ChatReply]
    private let asked = Mutex<[ChatRequest]>([])

    init(_ replies: [ChatReply]) { self.replies = replies }

    var requests: [ChatRequest] { asked.withLock { $0 } }

    func reply(to request: ChatRequest) async throws -> ChatReply {
        let place = asked.withLock { requests in
            requests.append(request)
            return requests.count - 1
        }
        guard place < replies.count else { throw ModelError(.script, "no more replies") }
        return replies[place]
    }
}

@Suite struct JudgeTests {
    private let subject = MetricSubject(
        example: Example(id: "e", fields: ["message": "hi", "expected": "x"]), outcome: .output("an \"output\""),
        repetition: 2)

    private func reply(_ text: String, _ finish: ChatReply.Finish = .stop) -> ChatReply {
        ChatReply(text: text, finish: finish, usage: Usage(calls: 1, promptTokens: 10, completionTokens: 5))
    }

    private func judge(_ model: ListedModel, _ scale: Judge.Scale = .yesNo) -> Judge {
        Judge("Be polite.", scale: scale, model: model, named: ModelName(provider: "scripted", model: "j"))
    }

    @Test(
        arguments: [
            (.yesNo, "{\"reasons\": \"fine\", \"verdict\": \"yes\"}", 1),
            (.yesNo, "Well.\n```json\n{\"verdict\": \"No\", \"reasons\": \"fine\"}\n```", 0),
            (.zeroToTen, "{\"reasons\": \"fine\", \"score\": 7}", 0.7),
            (.zeroToTen, "{\"reasons\": \"fine\", \"score\": \"10\"}", 1),
        ] as [(Judge.Scale, String, Double)]) func answersAreRead(scale: Judge.Scale, text: String, value: Double)
        async throws
    {
        let model = ListedModel([reply(text)])
        let score = try await judge(model, scale).score(subject)
        #expect(score.value == value && score.feedback == "fine" && score.usage.calls == 1)
        let request = try #require(model.requests.first)
        #expect(request.repetition == 2 && request.temperature == 0)
        let shown = request.messages.map(\.content).joined()
        #expect(shown.contains("Be polite.") && shown.contains("\"an \\\"output\\\"\"") && shown.contains("\"hi\""))
        guard case .schema = request.format else {
            Issue.record("no schema")
            return
        }
    }

    @Test func unusableAnswersAreAskedForOnceMore() async throws {
        let good = reply("{\"reasons\": \"r\", \"verdict\": \"yes\"}")
        for (bad, part) in [
            (reply("{\"reasons\": \"long", .length), "cut off"), (reply("", .refusal), "refused"),
            (reply("yes"), "not a JSON object"), (reply("{\"reasons\": \"r\"}"), "no field 'verdict'"),
            (reply("{\"verdict\": \"maybe\"}"), "not one of the answers"),
        ] {
            let model = ListedModel([bad, good])
            let score = try await judge(model).score(subject)
            #expect(score.value == 1 && score.usage.calls == 2)
            #expect(model.requests.count == 2)
            #expect(model.requests[1].messages.last?.content.contains(part) == true)
        }
    }

    @Test func aTruncatedAnswerNeverCounts() async {
        let cut = reply("{\"reasons\": \"r\", \"verdict\": \"yes\"}", .length)
        let model = ListedModel([cut, cut])
        await #expect { try await judge(model).score(subject) } throws: { MetricError.Code.unreadableJudgement ~= $0 }
        #expect(model.requests.count == 2)
    }

    @Test func errorsOfTheModelPassThrough() async {
        await #expect { try await judge(ListedModel([])).score(subject) } throws: { ModelError.Code.script ~= $0 }
    }

    @Test func failedRunsAreNotShown() async throws {
        let model = ListedModel([])
        let failed = MetricSubject(example: subject.example, outcome: .failure("broken"))
        #expect(try await judge(model).score(failed) == Score(0, feedback: "The workflow failed: broken"))
        #expect(model.requests.isEmpty)
    }

    @Test func onlyChosenFieldsAreShown() async throws {
        let model = ListedModel([reply("{\"reasons\": \"\", \"verdict\": \"no\"}")])
        let judge = Judge(
            "r", showing: ["message"], model: model, named: ModelName(provider: "scripted", model: "j"))
        _ = try await judge.score(subject)
        #expect(model.requests.first?.messages.last?.content.contains("expected") == false)
        let wrong = Judge("r", showing: ["nope"], model: model, named: ModelName(provider: "scripted", model: "j"))
        await #expect { try await wrong.score(subject) } throws: { MetricError.Code.missingField ~= $0 }
    }
}
