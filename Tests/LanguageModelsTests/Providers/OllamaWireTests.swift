import Testing
import TraceGraph

@testable import LanguageModels

@Suite struct OllamaWireTests {
    let wire = OllamaWire()

    @Test func bodySaysEverythingTheRequestSays() throws {
        let body = wire.body(for: .full, isStreamed: false)
        #expect(body["model"] == "org/m:1")
        #expect(body["messages"]?.list?.count == 5)
        #expect(body["stream"] == false)
        #expect(body["format"] == ["type": "object", "properties": ["a": ["type": "string"]]])
        #expect(
            body["options"] == [
                "temperature": 0.5, "top_p": 0.9, "seed": 7, "num_predict": 12, "stop": ["END", "\n"],
            ])
        #expect(body["logprobs"] == true)
        #expect(wire.body(for: .sample(format: .json), isStreamed: true)["format"] == "json")
        #expect(wire.body(for: .sample(), isStreamed: true)["options"] == nil)
    }

    @Test func aBudgetLimitsWhatTheRequestLeavesOpen() {
        #expect(wire.body(for: .capped(at: 40), isStreamed: true)["options"] == ["num_predict": 40])
        #expect(wire.body(for: .capped(at: 40, saying: 50), isStreamed: true)["options"] == ["num_predict": 50])
    }

    @Test func readsReply() throws {
        let reply = try wire.reply(
            to: .sample(),
            from: .json(
                """
                {"model": "m:1", "message": {"role": "assistant", "content": "hi"}, "done": true, "done_reason": "stop",
                 "prompt_eval_count": 11, "eval_count": 3}
                """))
        #expect(reply.text == "hi")
        #expect(reply.finish == .stop)
        #expect(reply.servedBy == "m:1")
        #expect(reply.usage == Usage(calls: 1, promptTokens: 11, completionTokens: 3, cost: nil))
    }

    @Test(arguments: [("stop", ChatReply.Finish.stop), ("length", .length), ("load", .other("load"))])
    func readsFinish(word: String, finish: ChatReply.Finish) throws {
        let answer = try Value.json(#"{"message":{"content":"x"},"done":true,"done_reason":"\#(word)"}"#)
        #expect(try wire.reply(to: .sample(), from: answer).finish == finish)
    }

    @Test(arguments: ["{}", #"{"message":{"content":"x"}}"#, #"{"done":true}"#, #"{"error":"no"}"#])
    func refusesOtherShapes(json: String) {
        #expect(throws: WireProblem.self) { try wire.reply(to: .sample(), from: .json(json)) }
    }

    @Test(arguments: [
        ("", "http://127.0.0.1:11434"), ("10.0.0.1", "http://10.0.0.1:11434"), ("host:99", "http://host:99"),
        (":99", "http://127.0.0.1:99"), ("0.0.0.0", "http://127.0.0.1:11434"), ("0.0.0.0:9/x", "http://127.0.0.1:9/x"),
        ("https://host", "https://host"), ("http://host:1/base", "http://host:1/base"), ("[::1]", "http://[::1]:11434"),
        ("[::1]:5", "http://[::1]:5"),
    ])
    func readsTheHostAsOllamaDoes(text: String, url: String) throws {
        #expect(OllamaProvider.address(text)?.url == url)
    }
}
