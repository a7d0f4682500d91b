import Foundation
import HTTPTypes
import TestFuzzing
import Testing
import TraceGraph

@testable import LanguageModels

/// Bytes that come from providers, mutated: a reply or one error that says what is wrong, never a crash or a hang.
@Suite("Fuzzed answers of providers", .timeLimit(Fuzz.patience)) struct WireFuzzTests {
    static let words = [
        "{", "}", "[", "]", ":", ",", "data: ", "data:", "event: ", "id: ", ": comment\n", "data: [DONE]\n\n",
        "retry: 5\n",
        #""choices""#, #""message""#, #""content""#, #""delta""#, #""finish_reason""#, #""usage""#, #""prompt_tokens""#,
        #""error""#, #""type""#, #""text""#, #""index""#, #""done""#, #""logprobs""#, #""top_logprobs""#,
        #""tool_use""#,
        #""message_start""#, #""content_block_delta""#, #""partial_json""#, #""code""#, #""status""#,
    ]

    static let events = [
        #"""
        data: {"model":"m","choices":[{"index":0,"delta":{"content":"Hé"},"finish_reason":null}]}

        data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}

        data: [DONE]


        """#,
        #"""
        event: message_start
        data: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":3}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}

        data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","input":{}}}

        data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\": 1}"}}

        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

        data: {"type":"message_stop"}


        """#,
        #"""
        {"model":"m","message":{"content":"Hi"},"done":false}
        {"model":"m","message":{"content":"!"},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":2}

        """#,
    ]

    /// Hands out a whole answer, or the same in pieces.
    struct Canned: HTTPTransport {
        let status: Int
        let type: String
        let pieces: [[UInt8]]

        private var head: HTTPResponse {
            HTTPResponse(status: .init(code: status), headerFields: [.contentType: type, .retryAfter: "7"])
        }

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            TransportResponse(head: head, body: pieces.flatMap { $0 })
        }

        func stream(_ request: TransportRequest) async throws -> TransportStream {
            let left = Left(pieces)
            return TransportStream(head: head, body: TransportBody { await left.next() })
        }

        private actor Left {
            private var pieces: ArraySlice<[UInt8]>
            init(_ pieces: [[UInt8]]) { self.pieces = pieces[...] }
            func next() -> [UInt8]? { pieces.popFirst() }
        }
    }

    static func providers(_ transport: any HTTPTransport) throws -> [any LanguageModel] {
        let address = try #require(ServerAddress("http://provider.test/v1"))
        return [
            OpenAIProvider(transport, at: address, key: APIKey("sk-fuzz-secret-key")),
            AnthropicProvider(transport, at: address, key: APIKey("sk-fuzz-secret-key")),
            OllamaProvider(transport, at: address),
        ]
    }

    func check(_ call: () async throws -> ChatReply) async {
        do {
            let reply = try await call()
            #expect(reply.usage.promptTokens >= 0 && reply.usage.completionTokens >= 0)
        } catch let error as ModelError {
            #expect(error.model != nil && !error.message.isEmpty && !error.message.contains("fuzz-secret"))
        } catch {
            Issue.record("not a model error: \(error)")
        }
    }

    @Test("whole answers") func whole() async throws {
        var mutator = Mutator(corpus: WireRobustnessTests.answers, words: Self.words, seed: 1)
        let formats: [ChatRequest.ReplyFormat] = [.text, .json, .schema(name: "x", ["type": "array"])]
        for number in Fuzz.cases(2_000) {
            let status = mutator.below(3) == 0 ? [400, 401, 404, 429, 500, 503][mutator.below(6)] : 200
            let transport = Canned(status: status, type: "application/json", pieces: [mutator.input()])
            let provider = try Self.providers(transport)[number % 3]
            await check { try await provider.reply(to: .sample(format: formats[number % formats.count])) }
        }
    }

    @Test("streams, cut anywhere: the same reply or the same kind of failure however they are cut")
    func streams() async throws {
        var mutator = Mutator(corpus: Self.events, words: Self.words, seed: 2)
        for number in Fuzz.cases(1_000) {
            let bytes = mutator.input()
            let type = number % 3 == 2 ? "application/x-ndjson" : "text/event-stream"
            var found: [String] = []
            for pieces in [[bytes], mutator.pieces(of: bytes)] {
                let provider = try Self.providers(Canned(status: 200, type: type, pieces: pieces))[number % 3]
                do {
                    let all = try await provider.stream(.sample()).collected()
                    guard case .finished(var reply)? = all.last else {
                        Issue.record("a stream ended without its end")
                        return
                    }
                    #expect(all.text == reply.text)
                    reply.duration = 0
                    found.append("\(reply)")
                } catch let error as ModelError {
                    found.append("\(error.code)")
                }
            }
            #expect(found[0] == found[1])
        }
    }

    @Test("server-sent events: cutting makes no difference") func events() {
        Fuzz.run("events", 3_000, Mutator(corpus: Self.events, words: Self.words, seed: 3)) { bytes, mutator in
            var whole = ServerSentEvents()
            var cut = ServerSentEvents()
            let expected = whole.consume(bytes)
            #expect(mutator.pieces(of: bytes).flatMap { cut.consume($0) } == expected)
        }
    }

    @Test("JSON: what is read is written and read back the same") func json() {
        let corpus = WireRobustnessTests.answers + [#"[1,-2.5e-3,"a\u00e9\n\ud83d\ude00",null,true,{"a":{"b":[]}}]"#]
        Fuzz.run("json", 4_000, Mutator(corpus: corpus, words: Self.words, seed: 4)) { bytes, _ in
            do {
                let value = try Value(json: bytes)
                let again = try Value(json: value.json)
                #expect(again == value)
            } catch let error as JSONError {
                #expect(!"\(error)".isEmpty)
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    @Test("header values, addresses and names of models") func smallTexts() {
        let corpus = [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "120", "1.5",
            "http://user:pw@host.example:8080/v1/?a=b#c", "https://[::1]:443/x", "127.0.0.1:11434", "openai:gpt-4o",
            "a/b:c",
        ]
        let words = [
            "http://", "https://", "@", ":", "/", "?", "#", "[", "]", "GMT", "Nov", ",", "-", "99999999999999999999",
        ]
        Fuzz.run("texts", 4_000, Mutator(corpus: corpus, words: words, seed: 5)) { bytes, _ in
            let text = String(decoding: bytes, as: UTF8.self)
            _ = RetryAfter.secondsSince1970(httpDate: text)
            if let name = HTTPField.Name("retry-after") {
                var fields = HTTPFields()
                fields.append(HTTPField(name: name, value: text))
                if let seconds = RetryAfter.seconds(in: fields, now: 0) { #expect(seconds >= 0 && seconds.isFinite) }
            }
            if let address = ServerAddress(text) {
                #expect(!address.description.contains("@") || address.host.contains("@") || address.path.contains("@"))
                #expect(ServerAddress(address.url) == address)
                _ = address.appending("chat").identity(apartFrom: "x", leavingOut: "/v1")
            }
            _ = OllamaProvider.address(text)
            if let name = ModelName(text) { #expect(ModelName(name.description) == name) }
            _ = APIKey(text)
        }
    }

    @Test("scripts and price files") func files() {
        let corpus = [
            "- reply: hello\n- when: { contains: x }\n  reply: |\n    two\n    lines\n- error: rate_limited\n  retry_after: 2\n",
            "openai:gpt-4o: { prompt: 2.5, completion: 10 }\nlocal:x: { prompt: 0, completion: 0, cached_prompt: 0 }\n",
            #"{"reply": "x"}"# + "\n" + #"{"error": "overloaded"}"# + "\n",
        ]
        let words = [
            "- ", "reply", "when", "error", "contains", ": ", "&a ", "*a", "!!int ", "|\n", ">\n", "{", "}", "? ",
            "<<: ",
        ]
        Fuzz.run("scripts", 1_500, Mutator(corpus: corpus, words: words, seed: 6)) { bytes, _ in
            let text = String(decoding: bytes, as: UTF8.self)
            for read in [
                { _ = try Script(yaml: text) }, { _ = try Script(jsonl: text) },
                { _ = try PriceTable.prices(yaml: text, file: "prices.yaml") },
            ] {
                do { try read() } catch let error as ModelError { #expect(!error.message.isEmpty) } catch {
                    Issue.record("not a model error: \(error)")
                }
            }
        }
    }
}
