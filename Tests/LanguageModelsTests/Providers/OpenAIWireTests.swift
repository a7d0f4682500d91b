import Testing
import TraceGraph

@testable import LanguageModels

@Suite struct OpenAIWireTests {
    let wire = OpenAIWire(tokenLimit: .classic, extraFields: ["cache_prompt": false])

    @Test func bodySaysEverythingTheRequestSays() throws {
        let expected = try Value.json(
            """
            {"model": "org/m:1", "messages": [{"role": "system", "content": "Be brief."},
             {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"},
             {"role": "system", "content": "Be kind."}, {"role": "user", "content": "\\"Bye\\" ü"}],
             "temperature": 0.5, "top_p": 0.9, "max_tokens": 12, "seed": 7, "stop": ["END", "\\n"],
             "response_format": {"type": "json_schema", "json_schema": {"name": "the_answer_", "strict": true,
             "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}},
             "logprobs": true, "top_logprobs": 20, "cache_prompt": false}
            """)
        #expect(wire.body(for: .full, isStreamed: false) == expected)
    }

    @Test func bodyLeavesOutWhatTheRequestLeavesOut() throws {
        let body = OpenAIWire(tokenLimit: .classic, extraFields: [:]).body(for: .sample("x"), isStreamed: false)
        #expect(body == (try Value.json(#"{"model":"m-1","messages":[{"role":"user","content":"x"}]}"#)))
    }

    @Test func streamedBodyAsksForUsage() {
        let body = wire.body(for: .sample(format: .json), isStreamed: true)
        #expect(body["stream"] == true)
        #expect(body["stream_options"] == ["include_usage": true])
        #expect(body["response_format"] == ["type": "json_object"])
    }

    @Test func tokenLimitHasTheNameTheServerKnows() {
        let wire = OpenAIWire(tokenLimit: .completion, extraFields: [:])
        #expect(wire.body(for: .full, isStreamed: false)["max_completion_tokens"] == 12)
        #expect(wire.body(for: .full, isStreamed: false)["max_tokens"] == nil)
    }

    @Test func aBudgetLimitsWhatTheRequestLeavesOpen() {
        #expect(wire.body(for: .capped(at: 40), isStreamed: true)["max_tokens"] == 40)
        #expect(wire.body(for: .capped(at: 40, saying: 50), isStreamed: true)["max_tokens"] == 50)
        #expect(ChatRequest.capped(at: 40).key == ChatRequest.sample().key, "it is the same request")
    }

    @Test func extraFieldsComeLast() {
        let wire = OpenAIWire(tokenLimit: .classic, extraFields: ["temperature": 1])
        #expect(wire.body(for: .full, isStreamed: false)["temperature"] == 1)
    }

    func reply(_ json: String) throws -> ChatReply { try wire.reply(to: .sample(), from: Value.json(json)) }

    @Test func readsReply() throws {
        let reply = try reply(
            """
            {"model": "m-1-0613", "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi", "refusal": null},
             "finish_reason": "stop", "logprobs": {"content": [{"token": "hi", "logprob": -0.25, "bytes": [104, 105],
             "top_logprobs": [{"token": "hi", "logprob": -0.25}, {"token": "ho", "logprob": -2}, {"token": "ho", "logprob": -3},
             {"token": "no", "logprob": null}]}]}}],
             "usage": {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}}
            """)
        #expect(reply.text == "hi")
        #expect(reply.finish == .stop)
        #expect(reply.servedBy == "m-1-0613")
        #expect(
            reply.usage
                == Usage(calls: 1, promptTokens: 9, cachedPromptTokens: 4, completionTokens: 2, cost: nil))
        #expect(
            reply.tokens == [
                .init(token: "hi", logProbability: -0.25, alternatives: ["hi": -0.25, "ho": -2, "no": -9999])
            ])
    }

    @Test(arguments: [
        ("stop", ChatReply.Finish.stop), ("length", .length), ("content_filter", .refusal),
        ("tool_calls", .other("tool_calls")), ("eos", .stop),
    ])
    func readsFinish(word: String, finish: ChatReply.Finish) throws {
        let reply = try reply(#"{"choices":[{"message":{"content":"x"},"finish_reason":"\#(word)"}]}"#)
        #expect(reply.finish == finish)
        #expect(reply.isCacheable == ([.stop, .length].contains(finish)))
    }

    @Test func refusalIsARefusal() throws {
        let reply = try reply(
            #"{"choices":[{"message":{"content":null,"refusal":"I cannot"},"finish_reason":"stop"}]}"#)
        #expect(reply.finish == .refusal)
        #expect(reply.text == "I cannot")
    }

    @Test func replyWithoutAnEndIsNotWhole() throws {
        #expect(try !reply(#"{"choices":[{"message":{"content":"x"},"finish_reason":null}]}"#).isCacheable)
    }

    @Test func contentMayComeInParts() throws {
        let reply = try reply(
            #"{"choices":[{"message":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},"finish_reason":"stop"}]}"#
        )
        #expect(reply.text == "ab")
    }

    @Test(arguments: [#"{}"#, #"[]"#, #"{"choices":[]}"#, #"{"choices":[{"finish_reason":"stop"}]}"#, #""x""#, "null"])
    func refusesOtherShapes(json: String) throws {
        let error = #expect(throws: WireProblem.self) { try reply(json) }
        guard case .unreadable? = error else { return #expect(Bool(false), "\(json): \(String(describing: error))") }
    }

    @Test func errorInsideAnAnswerIsAComplaint() throws {
        let error = #expect(throws: WireProblem.self) {
            try reply(#"{"error":{"message":"slow down","code":429}}"#)
        }
        guard case .complaint(let complaint)? = error else { return #expect(Bool(false)) }
        #expect(complaint.status == 429)
        #expect(complaint.message == "slow down")
    }
}
