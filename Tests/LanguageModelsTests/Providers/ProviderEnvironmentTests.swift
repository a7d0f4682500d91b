import LanguageModels
import TestServer
import Testing

@Suite(.timeLimit(.minutes(10))) struct ProviderEnvironmentTests {
    let transport: CurlTransport

    init() throws { transport = try CurlTransport() }

    @Test func openAIWantsAKeyOrAnotherServer() throws {
        let error = #expect(throws: ModelError.self) { try OpenAIProvider(transport, environment: [:]) }
        #expect(error?.code == .missingKey)
        #expect(error?.message.contains("OPENAI_API_KEY") == true)
        #expect(throws: ModelError.self) { try OpenAIProvider(transport, environment: ["OPENAI_API_KEY": " "]) }
        _ = try OpenAIProvider(transport, environment: ["OPENAI_API_KEY": "k"])
        _ = try OpenAIProvider(transport, environment: ["OPENAI_BASE_URL": "http://127.0.0.1:1/v1"])
    }

    @Test func anthropicWantsAKeyOrAnotherServer() throws {
        let error = #expect(throws: ModelError.self) { try AnthropicProvider(transport, environment: [:]) }
        #expect(error?.code == .missingKey)
        #expect(error?.message.contains("ANTHROPIC_API_KEY") == true)
        _ = try AnthropicProvider(transport, environment: ["ANTHROPIC_API_KEY": "k"])
    }

    @Test func ollamaWantsNothing() throws { _ = try OllamaProvider(transport, environment: [:]) }

    @Test func badAddressIsNamedByItsVariable() {
        let wrong = ["OPENAI_BASE_URL": "secret@x", "ANTHROPIC_BASE_URL": "secret", "OLLAMA_HOST": "secret x"]
        let errors = [
            #expect(throws: ModelError.self) { try OpenAIProvider(transport, environment: wrong) },
            #expect(throws: ModelError.self) { try AnthropicProvider(transport, environment: wrong) },
            #expect(throws: ModelError.self) { try OllamaProvider(transport, environment: wrong) },
        ]
        for (error, name) in zip(errors, ["OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "OLLAMA_HOST"]) {
            #expect(error?.message.contains(name) == true)
            #expect(error?.message.contains("secret") == false)
        }
    }

    @Test func callsGoWhereTheEnvironmentSaysWithItsKey() async throws {
        let server = try TestServer { _ in TestResponse(500) }
        let environment = [
            "OPENAI_API_KEY": "key-1\n", "OPENAI_BASE_URL": server.url + "/v1", "ANTHROPIC_API_KEY": "key-2",
            "ANTHROPIC_BASE_URL": server.url, "OLLAMA_HOST": String(server.url.dropFirst(7)),
        ]
        let models: [any LanguageModel] = [
            try OpenAIProvider(transport, environment: environment),
            try AnthropicProvider(transport, environment: environment),
            try OllamaProvider(transport, environment: environment),
        ]
        for model in models { await #expect(throws: ModelError.self) { try await model.reply(to: .sample()) } }
        let requests = server.requests
        #expect(requests.map(\.target) == ["/v1/chat/completions", "/v1/messages", "/api/chat"])
        #expect(requests.map { $0["Content-Type"] } == ["application/json", "application/json", "application/json"])
        #expect(requests[0]["Authorization"] == "Bearer key-1")
        #expect(requests[1]["x-api-key"] == "key-2")
        #expect(requests[1]["anthropic-version"] == "2023-06-01")
        #expect(requests[2]["Authorization"] == nil)
    }
}
