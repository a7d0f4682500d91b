import LanguageModels
import Testing
import TraceGraph

@Suite struct ScriptedModelTests {
    @Test func theSameRequestAlwaysGetsTheSameReply() async throws {
        let model = ScriptedModel(replies: (0..<64).map { "reply \($0)" })
        let replies = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<512 {
                group.addTask { (number % 64, try await model.reply(to: request("\(number % 64)")).text) }
            }
            return try await group.reduce(into: [Int: Set<String>]()) { $0[$1.0, default: []].insert($1.1) }
        }
        #expect(replies.values.allSatisfy { $0.count == 1 })
        #expect(Set(replies.values.flatMap { $0 }).count == 64)
    }

    @Test func repetitionsAreDistinctRequests() async throws {
        let model = ScriptedModel(replies: ["a", "b"])
        var again = request("hello")
        again.repetition = 1
        #expect(try await model.reply(to: request("hello")).text == "a")
        #expect(try await model.reply(to: again).text == "b")
    }

    @Test func aScriptThatIsTooShortSaysSo() async throws {
        let model = ScriptedModel(try Script(yaml: "- a\n- b", name: "replies.yaml"))
        for text in ["1", "2"] { _ = try await model.reply(to: request(text)) }
        let error = await #expect(throws: ModelError.self) { try await model.reply(to: request("3")) }
        #expect(error?.code == .script)
        #expect(error?.message.hasPrefix("replies.yaml:1: all 2 replies are used") == true)
    }

    @Test func theLastReplyMayStay() async throws {
        let model = ScriptedModel(replies: ["a", "b"], then: .last)
        var texts: [String] = []
        for number in 0..<4 { texts.append(try await model.reply(to: request("\(number)")).text) }
        #expect(texts == ["a", "b", "b", "b"])
    }

    @Test func aRequestNoRuleAppliesToFailsWithoutItsText() async throws {
        let model = ScriptedModel(try Script(yaml: "- when: { contains: x }\n  reply: y"))
        let error = await #expect(throws: ModelError.self) { try await model.reply(to: request("secret")) }
        #expect(error?.code == .script && error?.message.contains("secret") == false)
    }

    @Test func conditionsSeeRolesAndModels() async throws {
        let model = ScriptedModel(
            try Script(
                yaml: """
                    - when: { system_contains: critic, user_contains: poem }
                      reply: harsh
                    - when: { model: [optimizer, other] }
                      reply: better
                    - when: { last_contains: last }
                      reply: the end
                    - reply: none
                    """))
        func answer(_ messages: [ChatMessage], _ name: String = "scripted:r.yaml") async throws -> String {
            let model = try #require(ModelName(name))
            return try await self.answer(model, messages, from: scripted)
        }
        let scripted = model
        #expect(try await answer([.system("a critic"), .user("a poem")]) == "harsh")
        #expect(try await answer([.user("a critic"), .user("a poem")]) == "none")
        #expect(try await answer([.user("x")], "scripted:r.yaml#optimizer") == "better")
        #expect(try await answer([.user("x")], "scripted:other") == "better")
        #expect(try await answer([.user("last"), .assistant("x")]) == "none")
        #expect(try await answer([.user("x"), .user("the last")]) == "the end")
    }

    func answer(_ name: ModelName, _ messages: [ChatMessage], from model: ScriptedModel) async throws -> String {
        try await model.reply(to: ChatRequest(model: name, messages: messages)).text
    }

    @Test func failuresAndFinishesAreAsScripted() async throws {
        let model = ScriptedModel(
            try Script(
                yaml: """
                    - when: { contains: busy }
                      reply: at last
                      error: rate_limited
                      times: 2
                      retry_after: 1.5
                    - when: { contains: long }
                      reply: cut
                      finish: length
                    - when: { contains: bad }
                      finish: refusal
                    - error: context_too_long
                    """))
        for _ in 0..<2 {
            let error = await #expect(throws: ModelError.self) { try await model.reply(to: request("busy")) }
            #expect(error?.code == .rateLimited && error?.retryAfter == 1.5 && error?.status == 429)
        }
        #expect(try await model.reply(to: request("busy")).text == "at last")
        #expect(try await model.reply(to: request("long")).finish == .length)
        #expect(try await model.reply(to: request("bad")).finish == .refusal)
        await fails(with: .contextTooLong) { _ = try await model.reply(to: request("x")) }
    }

    @Test func usageIsCountedUnlessGiven() async throws {
        let model = ScriptedModel(
            try Script(
                yaml: """
                    - when: { contains: given }
                      reply: x
                      usage: { prompt_tokens: 1000, completion_tokens: 20 }
                    - reply: "123456789"
                    """))
        #expect(
            try await model.reply(to: request("given")).usage
                == Usage(calls: 1, promptTokens: 1000, completionTokens: 20))
        #expect(
            try await model.reply(to: request("12345678")).usage
                == Usage(calls: 1, promptTokens: 2, completionTokens: 3))
    }

    @Test func repliesAreStreamedInOnePiece() async throws {
        var pieces: [ChatPiece] = []
        for try await piece in ScriptedModel(replies: ["hello"]).stream(request("x")) { pieces.append(piece) }
        #expect(pieces.count == 2)
        #expect(pieces.first == .text("hello"))
    }
}
