import Testing
import TraceGraph

@testable import LanguageModels

@Suite struct AnthropicWireTests {
    let wire = AnthropicWire(defaultMaximumTokens: 100)

    @Test func bodySaysEverythingTheInterfaceKnows() throws {
        let expected = try Value.json(
            """
            {"model": "org/m:1", "max_tokens": 12, "system": "Be brief.\\n\\nBe kind.",
             "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"},
             {"role": "user", "content": "\\"Bye\\" ü"}], "temperature": 0.5, "top_p": 0.9,
             "stop_sequences": ["END", "\\n"], "tools": [{"name": "the_answer_", "description": "Gives the reply.",
             "input_schema": {"type": "object", "properties": {"a": {"type": "string"}}}}],
             "tool_choice": {"type": "tool", "name": "the_answer_"}, "stream": true}
            """)
        #expect(wire.body(for: .full, isStreamed: true) == expected)
    }

    @Test func bodyAlwaysLimitsTokens() throws {
        let expected = #"{"model":"m-1","max_tokens":100,"messages":[{"role":"user","content":"x"}]}"#
        #expect(wire.body(for: .sample("x"), isStreamed: false) == (try Value.json(expected)))
    }

    @Test func aBudgetLimitsWhatTheRequestLeavesOpen() {
        #expect(wire.body(for: .capped(at: 40), isStreamed: true)["max_tokens"] == 40)
        #expect(wire.body(for: .capped(at: 40, saying: 50), isStreamed: true)["max_tokens"] == 50)
        #expect(wire.body(for: .capped(at: 400), isStreamed: true)["max_tokens"] == 100)
        let cut = ChatReply(text: "x", finish: .length)
        #expect(wire.marked(cut, to: .capped(at: 40)).cutAtCeiling == 40)
        #expect(wire.marked(cut, to: .capped(at: 400)) == cut, "the interface's own limit has cut it")
        #expect(wire.marked(cut, to: .capped(at: 40, saying: 50)) == cut)
        for (tokens, mark) in [(39, nil), (40, 40), (41, 40)] {
            let told = ChatReply(text: "x", finish: .length, usage: Usage(calls: 1, completionTokens: tokens))
            #expect(wire.marked(told, to: .capped(at: 40)).cutAtCeiling == mark, "\(tokens)")
        }
    }

    @Test(arguments: [
        ("https://a.example", "https://a.example/v1/messages"), ("https://a.example/", "https://a.example/v1/messages"),
        ("https://a.example/v1", "https://a.example/v1/messages"),
        ("https://a.example/x", "https://a.example/x/v1/messages"),
    ])
    func addressMayHaveTheVersion(base: String, whole: String) throws {
        let base = try #require(ServerAddress(base))
        #expect(base.appending(wire.path(after: base)).url == whole)
    }

    func reply(_ json: String, _ format: ChatRequest.ReplyFormat = .text) throws -> ChatReply {
        try wire.reply(to: .sample(format: format), from: Value.json(json))
    }

    @Test func readsReply() throws {
        let reply = try reply(
            """
            {"type": "message", "model": "m-1-2", "content": [{"type": "thinking", "thinking": "hm"},
             {"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}], "stop_reason": "end_turn",
             "usage": {"input_tokens": 5, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 3,
             "output_tokens": 7}}
            """)
        #expect(reply.text == "Hello")
        #expect(reply.finish == .stop)
        #expect(reply.servedBy == "m-1-2")
        #expect(
            reply.usage
                == Usage(calls: 1, promptTokens: 28, cachedPromptTokens: 20, completionTokens: 7, cost: nil))
    }

    @Test(arguments: [
        ("end_turn", ChatReply.Finish.stop), ("stop_sequence", .stop), ("max_tokens", .length), ("refusal", .refusal),
        ("pause_turn", .other("pause_turn")), ("tool_use", .other("tool_use")),
    ])
    func readsFinish(word: String, finish: ChatReply.Finish) throws {
        #expect(try reply(#"{"content":[{"type":"text","text":"x"}],"stop_reason":"\#(word)"}"#).finish == finish)
    }

    @Test func structuredReplyIsTheToolsInput() throws {
        let reply = try reply(
            #"{"content":[{"type":"text","text":"Well:"},{"type":"tool_use","name":"reply","input":{"a":[1,2.5]}}],"stop_reason":"tool_use"}"#,
            .json)
        #expect(reply.text == #"{"a":[1,2.5]}"#)
        #expect(reply.finish == .stop)
    }

    @Test func schemaThatIsNoObjectIsWrapped() throws {
        let schema: Value = ["type": "array", "items": ["$ref": "#/$defs/x"], "$defs": ["x": ["type": "integer"]]]
        let format = ChatRequest.ReplyFormat.schema(name: "list", schema)
        let body = wire.body(for: .sample(format: format), isStreamed: false)
        let input = try #require(body["tools"]?.list?.first?["input_schema"])
        #expect(
            input == [
                "type": "object", "properties": ["reply": ["type": "array", "items": ["$ref": "#/$defs/x"]]],
                "required": ["reply"], "$defs": ["x": ["type": "integer"]],
            ])
        let answer = #"{"content":[{"type":"tool_use","input":{"reply":[1,2]}}],"stop_reason":"tool_use"}"#
        #expect(try reply(answer, format).text == "[1,2]")
    }

    @Test func textInPlaceOfTheToolIsNoWholeReply() throws {
        let answer = #"{"content":[{"type":"text","text":"No."}],"stop_reason":"end_turn"}"#
        let reply = try reply(answer, .json)
        #expect(reply.text == "No.")
        #expect(!reply.isCacheable)
    }

    @Test(arguments: ["{}", "[]", #"{"content":[]}"#, #"{"content":"x","stop_reason":"end_turn"}"#])
    func refusesOtherShapes(json: String) {
        #expect(throws: WireProblem.self) { try reply(json) }
    }
}
