import LanguageModels
import TestServer
import Testing
import TraceGraph

/// Each status and complaint, as it comes over a real connection.
@Suite(.timeLimit(.minutes(10))) struct ProviderFailureTests {
    static let secret = "opt-51HqZ8XyTopSecretValue9"

    struct Case: Sendable, CustomTestStringConvertible {
        var status: Int
        var body: String
        var code: ModelError.Code
        var isTransient: Bool
        var saying: String

        var testDescription: String { "\(status) \(code)" }

        init(_ status: Int, _ body: String, _ code: ModelError.Code, transient: Bool = false, _ saying: String) {
            self.status = status
            self.body = body
            self.code = code
            self.isTransient = transient
            self.saying = saying
        }
    }

    static let cases: [Case] = [
        Case(401, #"{"error":{"message":"bad key \#(secret)"}}"#, .wrongKey, "check OPENAI_API_KEY"),
        Case(403, "", .wrongKey, "OPENAI_API_KEY"),
        Case(402, #"{"error":"pay"}"#, .quotaExhausted, "no credit left"),
        Case(404, #"{"error":{"message":"no m-1","code":"model_not_found"}}"#, .unknownModel, "has no model m-1"),
        Case(404, "<html>not here</html>", .unknownModel, "correct OPENAI_BASE_URL"),
        Case(400, #"{"error":{"message":"stop: too many"}}"#, .badRequest, "It says: stop: too many"),
        Case(422, #"{"detail":"temperature"}"#, .badRequest, "It says: temperature"),
        Case(405, "<html>no</html>", .badRequest, "refused the request"),
        Case(
            400, #"{"error":{"message":"This model's maximum context length is 8 tokens"}}"#, .contextTooLong,
            "shorten the prompt"),
        Case(400, #"{"error":{"type":"exceed_context_size_error","code":400}}"#, .contextTooLong, "shorten the prompt"),
        Case(413, "", .contextTooLong, "shorten the prompt"),
        Case(400, #"{"error":{"message":"API key not valid"}}"#, .wrongKey, "OPENAI_API_KEY"),
        Case(408, "", .timeout, transient: true, "gave up waiting"),
        Case(429, #"{"error":{"message":"slow"}}"#, .rateLimited, transient: true, "slow down"),
        Case(429, #"{"error":{"code":"insufficient_quota","message":"q"}}"#, .quotaExhausted, "no credit left"),
        Case(500, "{}", .serverError, transient: true, "(500)"),
        Case(502, "<html><body>Bad gateway</body></html>", .serverError, transient: true, "(502)"),
        Case(503, #"{"message":"loading model"}"#, .overloaded, transient: true, "It says: loading model"),
        Case(529, "", .overloaded, transient: true, "overloaded"),
        Case(307, "", .badRequest, "which is not followed"),
        Case(200, "<!DOCTYPE html><p>Welcome", .unreadableReply, transient: true, "an HTML page"),
        Case(200, "{\"choices\": [", .unreadableReply, transient: true, "not JSON"),
        Case(200, "", .unreadableReply, transient: true, "not JSON"),
        Case(200, #"{"hello":1}"#, .unreadableReply, transient: true, "no choices"),
        Case(200, #"{"error":{"message":"x","code":503}}"#, .overloaded, transient: true, "(503)"),
        Case(200, #"{"error":{"message":"x","type":"server_error"}}"#, .serverError, transient: true, "(500)"),
    ]

    @Test(arguments: cases, [false, true])
    func statusesBecomeErrors(_ one: Case, isStreamed: Bool) async throws {
        let server = try TestServer { _ in
            let fields = ["Location": "https://me:pw@else.example/v1?k=v", "Retry-After": "7"]
            return .json(one.body, status: one.status, fields: fields)
        }
        let base = try #require(ServerAddress(server.url + "/v1?token=hidden"))
        let provider = try OpenAIProvider(CurlTransport(), at: base, key: APIKey(Self.secret))
        let thrown = await #expect(throws: ModelError.self) {
            if isStreamed {
                _ = try await provider.stream(.sample()).collected()
            } else {
                _ = try await provider.reply(to: .sample())
            }
        }
        let error = try #require(thrown)
        #expect(error.code == one.code)
        #expect(error.isTransient == one.isTransient)
        #expect(error.message.contains(one.saying), "\(error.message)")
        #expect(error.model?.model == "m-1")
        #expect(error.url == server.url + "/v1/chat/completions")
        if [.rateLimited, .overloaded].contains(error.code), one.status != 200 { #expect(error.retryAfter == 7) }
        var dumped = ""
        dump(error, to: &dumped)
        for text in ["\(error)", dumped, String(reflecting: error)] {
            for hidden in ["Secret", "hidden", "pw@", "everybody"] { #expect(!text.contains(hidden), "\(text)") }
        }
    }

    @Test func otherProvidersNameTheirOwnVariables() async throws {
        let server = try TestServer { request in
            .json(
                #"{"type":"error","error":{"type":"not_found_error","message":"model: m-1"}}"#,
                status: request["x-api-key"] == nil ? 404 : 401)
        }
        let base = try #require(ServerAddress(server.url))
        let transport = try CurlTransport()
        let anthropic = await #expect(throws: ModelError.self) {
            try await AnthropicProvider(transport, at: base, key: APIKey("x-secret-key")).reply(to: .sample())
        }
        #expect(anthropic?.message.contains("ANTHROPIC_API_KEY") == true)
        let ollama = await #expect(throws: ModelError.self) {
            try await OllamaProvider(transport, at: base).reply(to: .sample())
        }
        #expect(ollama?.message.contains("ollama pull m-1") == true)
    }

    @Test func transportFailuresKnowTheModel() async throws {
        let server = try TestServer { _ in TestResponse() }
        let base = try #require(ServerAddress(server.url))
        server.stop()
        let provider = try OpenAIProvider(CurlTransport(), at: base)
        let error = await #expect(throws: ModelError.self) { try await provider.reply(to: .sample()) }
        #expect(error?.code == .unreachable)
        #expect(error?.model?.model == "m-1")
    }
}
