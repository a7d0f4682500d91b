import LanguageModels
import TestServer
import Testing
import TraceGraph

@Suite(.timeLimit(.minutes(10))) struct ProviderStreamTests {
    let transport: CurlTransport

    init() throws { transport = try CurlTransport() }

    func openAI(_ server: TestServer) throws -> OpenAIProvider {
        OpenAIProvider(transport, at: try #require(ServerAddress(server.url + "/v1")))
    }

    func finished(_ pieces: [ChatPiece]) throws -> ChatReply {
        guard case .finished(let reply)? = pieces.last else { throw ModelError(.script, "no end") }
        return reply
    }

    @Test func wholeAndStreamedRepliesAreTheSame() async throws {
        let server = try TestServer.chat { chat in
            .text("You said: \(chat.prompt) ü\n 👩‍👩‍👧", promptTokens: 5, completionTokens: 6)
        }
        let provider = try openAI(server)
        let whole = try await provider.reply(to: .sample())
        let pieces = try await provider.stream(.sample()).collected()
        var streamed = try finished(pieces)
        #expect(pieces.count > 3)
        #expect(pieces.text == whole.text)
        #expect(whole.duration > 0)
        #expect(streamed.duration > 0)
        streamed.duration = whole.duration
        #expect(streamed == whole)
        #expect(whole.usage == Usage(calls: 1, promptTokens: 5, completionTokens: 6, cost: nil))
        #expect(server.connectionCount == 1)
    }

    @Test func piecesComeWhileTheReplyIsWritten() async throws {
        let gate = TestSignal()
        let server = try TestServer { _ in
            .chunked([
                .text(#"data: {"choices":[{"delta":{"role":"assistant","content":""}}]}"# + "\n\n"),
                .text(#"data: {"choices":[{"delta":{"content":"one"}}]}"# + "\n\nda"), .wait(gate),
                .text(#"ta: {"choices":[{"delta":{"content":" two"},"finish_reason":"length"}]}"# + "\n\n"),
            ])
        }
        var iterator = try openAI(server).stream(.sample()).makeAsyncIterator()
        #expect(try await iterator.next() == .text("one"))
        gate.fire()
        #expect(try await iterator.next() == .text(" two"))
        // The stream ended without `[DONE]`, but said how the reply ended.
        let end = try #require(try await iterator.next())
        #expect(try finished([end]).finish == .length)
        #expect(try await iterator.next() == nil)
    }

    @Test func nothingIsSentBeforeAPieceIsAskedFor() async throws {
        let server = try TestServer.chat { _ in "x" }
        _ = try openAI(server).stream(.sample())
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        TestResponse.chunked([.text(#"data: {"choices":[{"delta":{"content":"half"}}]}"# + "\n\n")]),
        .chunked([.text(#"data: {"choices":[{"delta":{"content":"half"}}]}"# + "\n\n"), .close]),
    ])
    func streamThatBreaksOffIsInterrupted(answer: TestResponse) async throws {
        let server = try TestServer { _ in answer }
        var iterator = try openAI(server).stream(.sample()).makeAsyncIterator()
        #expect(try await iterator.next() == .text("half"))
        let error = await #expect(throws: ModelError.self) { _ = try await iterator.next() }
        #expect(error?.code == .interrupted)
        #expect(error?.model?.model == "m-1")
    }

    @Test func complaintInTheStream() async throws {
        let server = try TestServer { _ in
            .chunked([
                .text(#"data: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}"# + "\n\n")
            ])
        }
        let base = try #require(ServerAddress(server.url))
        for model: any LanguageModel in [try openAI(server), AnthropicProvider(transport, at: base)] {
            let error = await #expect(throws: ModelError.self) { try await model.stream(.sample()).collected() }
            #expect(error?.code == .overloaded)
        }
    }

    @Test func nonsenseInTheStream() async throws {
        let server = try TestServer { _ in .chunked([.text("data: {nonsense\n\n")]) }
        let error = await #expect(throws: ModelError.self) { try await openAI(server).stream(.sample()).collected() }
        #expect(error?.code == .unreadableReply)
    }

    @Test func serverThatDoesNotStream() async throws {
        let server = try TestServer { _ in
            .json(#"{"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]}"#)
        }
        let pieces = try await openAI(server).stream(.sample()).collected()
        #expect(pieces.text == "whole")
        #expect(try finished(pieces).finish == .stop)
    }

    @Test func cancellingClosesTheConnection() async throws {
        let closed = TestSignal()
        let started = TestSignal()
        let server = try TestServer { _ in
            .chunked([
                .text(#"data: {"choices":[{"delta":{"content":"one"}}]}"# + "\n\n"), .untilClientCloses(closed), .close,
            ])
        }
        let stream = try openAI(server).stream(.sample())
        let task = Task { for try await _ in stream { started.fire() } }
        await started.wait()
        task.cancel()
        await closed.wait()
        // A stream that is cancelled while it waits ends or throws, as the standard library decides.
        do { try await task.value } catch is CancellationError {}
    }

    static let anthropic = """
        event: message_start
        data: {"type":"message_start","message":{"model":"m-2","content":[],"usage":{"input_tokens":9,"cache_read_input_tokens":4,"output_tokens":1}}}

        event: ping
        data: {"type":"ping"}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grü"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ße"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":12}}

        event: message_stop
        data: {"type":"message_stop"}


        """

    static let anthropicTool = """
        data: {"type":"message_start","message":{"model":"m-2","usage":{"input_tokens":9,"output_tokens":1}}}

        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Let me see."}}

        data: {"type":"content_block_stop","index":0}

        data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"reply","input":{}}}

        data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\""}}

        data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":": 1}"}}

        data: {"type":"content_block_stop","index":1}

        data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":12}}

        data: {"type":"message_stop"}


        """

    static let ollama = """
        {"model":"m:1","message":{"role":"assistant","content":"Grü"},"done":false}
        {"model":"m:1","message":{"role":"assistant","content":"ße"},"done":false}
        {"model":"m:1","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}
        """

    /// How the bytes are cut into chunks never matters.
    func pieces(_ text: String, cutBy size: Int, _ model: (ServerAddress) -> any LanguageModel, _ request: ChatRequest)
        async throws -> [ChatPiece]
    {
        let bytes = Array(text.utf8)
        let chunks = stride(from: 0, to: bytes.count, by: size).map { start in
            TestResponse.Step.bytes(Array(bytes[start..<min(bytes.count, start + size)]))
        }
        let server = try TestServer { _ in .chunked(chunks) }
        return try await model(#require(ServerAddress(server.url))).stream(request).collected()
    }

    @Test(arguments: [1, 7, 100_000])
    func anthropicStream(size: Int) async throws {
        let pieces = try await pieces(
            Self.anthropic, cutBy: size, { AnthropicProvider(transport, at: $0) }, .sample())
        let reply = try finished(pieces)
        #expect(pieces.dropLast() == [.text("Grü"), .text("ße")])
        #expect(reply.text == "Grüße")
        #expect(reply.finish == .length)
        #expect(reply.servedBy == "m-2")
        #expect(
            reply.usage == Usage(calls: 1, promptTokens: 13, cachedPromptTokens: 4, completionTokens: 12, cost: nil))
    }

    @Test(arguments: [1, 100_000])
    func anthropicStructuredStream(size: Int) async throws {
        let pieces = try await pieces(
            Self.anthropicTool, cutBy: size, { AnthropicProvider(transport, at: $0) }, .sample(format: .json))
        let reply = try finished(pieces)
        #expect(pieces.dropLast() == [.text(#"{"a":1}"#)])
        #expect(reply.text == #"{"a":1}"#)
        #expect(reply.finish == .stop)
    }

    @Test(arguments: [1, 7, 100_000])
    func ollamaStream(size: Int) async throws {
        let pieces = try await pieces(Self.ollama, cutBy: size, { OllamaProvider(transport, at: $0) }, .sample())
        let reply = try finished(pieces)
        #expect(pieces.dropLast() == [.text("Grü"), .text("ße")])
        #expect(reply.text == "Grüße")
        #expect(reply.finish == .stop)
        #expect(reply.usage == Usage(calls: 1, promptTokens: 3, completionTokens: 2, cost: nil))
    }
}
