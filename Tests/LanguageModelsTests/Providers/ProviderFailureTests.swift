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

    /// The words of vendors for a model that takes no temperature, or only its own.
    @Test(
        arguments: [
            (
                #"{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}"#,
                true
            ),
            (
                #"{"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","param":"temperature","code":"unsupported_parameter"}}"#,
                true
            ),
            (#"{"error":{"message":"invalid temperature: only 1 is allowed for this model"}}"#, true),
            (
                #"{"type":"error","error":{"type":"invalid_request_error","message":"`temperature` and `top_p` cannot both be specified for this model. Please use only one."}}"#,
                true
            ),
            (#"{"error":{"message":"`temperature` may only be set to 1 when thinking is enabled."}}"#, true),
            (
                #"{"error":{"message":"Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 5 instead.","param":"temperature","code":"decimal_above_max_value"}}"#,
                false
            ),
            (
                #"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported; what about temperature?","param":"max_tokens"}}"#,
                false
            ), (#"{"error":{"message":"stop: too many"}}"#, false),
        ])
    func aRefusedTemperatureIsTold(apart body: String, isRefused: Bool) async throws {
        let server = try TestServer { _ in .json(body, status: 400) }
        let catalog = ModelCatalog(environment: ["OPENAI_BASE_URL": server.url + "/v1"])
        let error = await #expect(throws: ModelError.self) {
            try await catalog.reply(to: request("hi", model: "openai:m"))
        }
        #expect(error?.code == .badRequest)
        #expect(error?.refusedSetting == (isRefused ? "temperature" : nil))
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
