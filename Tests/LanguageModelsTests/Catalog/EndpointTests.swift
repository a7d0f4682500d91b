import LanguageModels
import Synchronization
import TestServer
import Testing
import TraceGraph

/// Equal names that stand for different models never share a recorded reply.
@Suite struct EndpointTests {
    let cache = MemoryCompletionCache()

    func catalog(_ environment: [String: String]) -> ModelCatalog {
        ModelCatalog(environment: environment, time: TestTime().timekeeper)
    }

    func endpoint(of model: String, _ environment: [String: String]) async throws -> String? {
        try await catalog(environment).endpoint(of: ModelName(reading: model))
    }

    func answer(_ model: String, _ environment: [String: String], mode: CacheMode = .use) async throws -> String {
        try await CachedModel(catalog(environment), cache: cache, mode: mode).reply(to: request("hi", model: model))
            .text
    }

    @Test func twoServersAnswerForThemselves() async throws {
        let (a, b) = (try TestServer.chat { _ in "server A" }, try TestServer.chat { _ in "server B" })
        let (atA, atB) = (["OPENAI_BASE_URL": a.url + "/v1"], ["OPENAI_BASE_URL": b.url + "/v1"])
        #expect(try await answer("openai:default", atA) == "server A")
        #expect(try await answer("openai:default", atB) == "server B")
        #expect(try await answer("openai:default", atA, mode: .only) == "server A")
        #expect(a.requests.count == 1 && b.requests.count == 1)
    }

    @Test func anEditedScriptIsAnotherModel() async throws {
        let folder = try TemporaryFolder()
        let model = "scripted:" + (try folder.write("replies.yaml", "- reply: old\n"))
        #expect(try await answer(model, [:]) == "old")
        try folder.write("replies.yaml", "- reply: new\n")
        #expect(try await answer(model, [:]) == "new")
        try folder.write("replies.yaml", "- reply: old\n")
        #expect(try await answer(model, [:], mode: .only) == "old")
    }

    @Test func replacedWeightsAreAnotherModel() async throws {
        let folder = try TemporaryFolder()
        let environment = ["OPTRACE_CACHE_HOME": folder.path + "/cache"]
        let model = "local:" + (try folder.write("tiny.gguf", "weights"))
        let first = try #require(try await endpoint(of: model, environment))
        #expect(try await endpoint(of: model, environment) == first)
        try folder.write("tiny.gguf", "WEIGHTS")
        let second = try #require(try await endpoint(of: model, environment))
        #expect(first.hasPrefix("sha256:") && second.hasPrefix("sha256:") && first != second)
        try folder.write("tiny.gguf", "weights")
        #expect(try await endpoint(of: model, environment) == first)
        await fails(with: .download) { _ = try await endpoint(of: model + ".none", environment) }
    }

    @Test func aNameOfTheManifestIsItsChecksum() async throws {
        let environment = ["OPTRACE_CACHE_HOME": "/nowhere"]
        let file = try ModelManifest.standard.file("default")
        #expect(try await endpoint(of: "local:default", environment) == file.sha256.map { "sha256:" + $0 })
        #expect(
            try await endpoint(of: "local:0.5b", environment) != endpoint(of: "local:1.5b", environment))
        let address = "local:https://example.org/m.gguf"
        #expect(try await endpoint(of: address, environment) == nil, "the name says it all")
        #expect(try await endpoint(of: address + "#sha256=ABC", environment) == "sha256:abc")
    }

    @Test(
        arguments: [
            ("openai:m", "OPENAI_BASE_URL", "https://api.openai.com/v1"),
            ("openai:m", "OPENAI_BASE_URL", "https://API.openai.com:443/v1/"),
            ("anthropic:m", "ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
            ("anthropic:m", "ANTHROPIC_BASE_URL", "https://api.anthropic.com/v1"),
            ("ollama:m", "OLLAMA_HOST", "127.0.0.1"), ("ollama:m", "OLLAMA_HOST", "0.0.0.0:11434"),
        ])
    func theUsualPlaceNeedsNoWord(model: String, variable: String, address: String) async throws {
        #expect(try await endpoint(of: model, [:]) == nil, "no key is needed to know")
        #expect(try await endpoint(of: model, [variable: address]) == nil)
    }

    @Test func anAddressIsReadableAndHoldsNoSecret() async throws {
        let address = "http://user:secret@Host.example:8080/v1/?key=secret"
        #expect(try await endpoint(of: "openai:m", ["OPENAI_BASE_URL": address]) == "http://host.example:8080/v1")
        #expect(try await endpoint(of: "ollama:m", ["OLLAMA_HOST": "gpu:1234"]) == "http://gpu:1234")
        #expect(try await endpoint(of: "anthropic:m", ["ANTHROPIC_BASE_URL": "http://a/v1"]) == "http://a")
        let own = OpenAIProvider(try CurlTransport(), at: try #require(ServerAddress(address)))
        #expect(try await own.endpoint(of: ModelName(provider: "openai", model: "m")) == "http://host.example:8080/v1")
    }

    @Test func theBudgetCountsEachEndpointByItself() async throws {
        let folder = try TemporaryFolder()
        let model = "scripted:" + (try folder.write("replies.yaml", "- reply: old\n"))
        let ledger = Ledger()
        for text in ["old", "new"] {
            try folder.write("replies.yaml", "- reply: \(text)\n")
            let metered = MeteredModel(CachedModel(catalog([:]), cache: cache), ledger: ledger)
            let reply = try await metered.reply(to: request("hi", model: model))
            let again = try await metered.reply(to: request("hi", model: model))
            #expect(reply.completion != nil && again.completion == reply.completion)
        }
        #expect(ledger.spent.calls == 2 && Set(ledger.entries().map(\.key)).count == 2)
    }

    @Test func aReplyThatIsNotKeptHasNoKey() async throws {
        let model = ScriptedModel { _ in Script.Reply("no", finish: .refusal) }
        #expect(try await CachedModel(model, cache: cache).reply(to: request("hi")).completion == nil)
        let off = CachedModel(ScriptedModel { _ in Script.Reply("yes") }, cache: cache, mode: .off)
        #expect(try await off.reply(to: request("hi")).completion == nil)
    }
}
