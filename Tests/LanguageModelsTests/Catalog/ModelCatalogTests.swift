import LanguageModels
import Synchronization
import TestServer
import Testing
import TraceGraph

@Suite struct ModelCatalogTests {
    let time = TestTime()

    func catalog(_ environment: [String: String], _ settings: CatalogSettings = CatalogSettings()) -> ModelCatalog {
        ModelCatalog(environment: environment, settings: settings, time: time.timekeeper, random: { 0.5 })
    }

    @Test func aKeylessCompatibleServerIsCalled() async throws {
        let server = try TestServer.chat { chat in .text("you said \(chat.prompt) to \(chat.model)") }
        let catalog = catalog(["OPENAI_BASE_URL": server.url + "/v1"])
        let reply = try await catalog.reply(to: request("hi", model: "openai:my-model"))
        #expect(reply.text == "you said hi to my-model")
        #expect(reply.usage.cost == nil)
        #expect(server.requests.first?["Authorization"] == nil)
    }

    @Test func knownModelsArePriced() async throws {
        let server = try TestServer.chat { _ in .text("ok", promptTokens: 1000, completionTokens: 100) }
        let catalog = catalog(["OPENAI_BASE_URL": server.url + "/v1", "OPENAI_API_KEY": "k"])
        let reply = try await catalog.reply(to: request("hi", model: "openai:gpt-4o-mini"))
        #expect(reply.usage.cost == (1000 * 0.15 + 100 * 0.6) / 1_000_000)
    }

    @Test func anAddressOfTheSettingsWinsOverTheEnvironments() async throws {
        let server = try TestServer.chat { _ in "ok" }
        let settings = CatalogSettings(addresses: ["openai": server.url + "/v1"])
        let catalog = catalog(["OPENAI_BASE_URL": "http://127.0.0.1:1/v1"], settings)
        #expect(try await catalog.reply(to: request("hi", model: "openai:m")).text == "ok")
    }

    @Test func refusalsAreTriedAgainWithTheWaitAskedFor() async throws {
        let first = Mutex(true)
        let server = try TestServer.chat { _ in
            let isFirst = first.withLock { first in
                defer { first = false }
                return first
            }
            return isFirst ? .response(.json("{}", status: 429, fields: ["Retry-After": "7"])) : "ok"
        }
        let catalog = catalog(["OPENAI_BASE_URL": server.url + "/v1"])
        #expect(try await catalog.reply(to: request("hi", model: "openai:m")).text == "ok")
        #expect(time.now >= .seconds(7))
        #expect(server.requests.count == 2)
    }

    @Test func aModelThatTakesNoTemperatureIsAskedWithoutOne() async throws {
        let told = Mutex<[Double?]>([])
        let server = try TestServer.chat { chat in
            told.withLock { $0.append(chat.temperature) }
            guard chat.temperature != nil else { return "ok" }
            return .response(
                .json(#"{"error":{"message":"Unsupported value","param":"temperature"}}"#, status: 400))
        }
        let catalog = catalog(["OPENAI_BASE_URL": server.url + "/v1"])
        for number in 0..<3 {
            var request = request("hi \(number)", model: "openai:m")
            request.temperature = 0
            #expect(try await catalog.reply(to: request).text == "ok")
        }
        #expect(told.withLock { $0 } == [0, nil, nil, nil])
    }

    @Test func theLimitIsSharedByAllModelsOfAProvider() async throws {
        let out = Mutex((now: 0, most: 0))
        let server = try TestServer.chat { _ in
            out.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            defer { out.withLock { $0.now -= 1 } }
            return "ok"
        }
        let catalog = catalog(["OPENAI_BASE_URL": server.url + "/v1"], CatalogSettings(inFlight: 3))
        try await withThrowingTaskGroup { group in
            for number in 0..<60 {
                group.addTask { _ = try await catalog.reply(to: request("hi", model: "openai:m\(number % 5)")) }
            }
            try await group.waitForAll()
        }
        #expect(out.withLock(\.most) <= 3)
        #expect(server.requests.count == 60)
    }

    @Test func aDeadEndpointFailsAllItsCallsSoon() async throws {
        let catalog = catalog(["OPENAI_BASE_URL": "http://127.0.0.1:1/v1"])
        await withTaskGroup { group in
            for number in 0..<200 {
                group.addTask {
                    await fails(with: .unreachable) {
                        _ = try await catalog.reply(to: request("\(number)", model: "openai:m"))
                    }
                }
            }
        }
        #expect(time.sleeps.allSatisfy { $0 <= .seconds(3) })
    }

    @Test func aMissingKeyIsNamed() {
        for (model, variable) in [("openai:gpt-4o", "OPENAI_API_KEY"), ("anthropic:c", "ANTHROPIC_API_KEY")] {
            let error = #expect(throws: ModelError.self) { try catalog([:]).model(ModelName(reading: model)) }
            #expect(error?.code == .missingKey && error?.message.contains(variable) == true)
        }
    }

    @Test(arguments: [("opanai", "openai"), ("OpenAI", "openai"), ("antropic", "anthropic"), ("scripte", "scripted")])
    func aMisspeltProviderIsGuessed(wrong: String, right: String) {
        let error = #expect(throws: ModelError.self) {
            try catalog([:]).model(ModelName(provider: wrong, model: "m"))
        }
        #expect(error?.code == .unknownProvider)
        #expect(error?.message.contains("did you mean `\(right):m`?") == true)
    }

    @Test func aStrangeProviderListsTheKnown() {
        let error = #expect(throws: ModelError.self) {
            try catalog([:]).model(ModelName(provider: "nobody-knows", model: "m"))
        }
        #expect(error?.message.contains("known are anthropic, local, ollama, openai, scripted") == true)
    }

    @Test func providersOfOthersAreFoundByName() async throws {
        let settings = CatalogSettings(
            prices: PriceTable(["mine:m": Price(prompt: 1, completion: 1)]),
            providers: ["mine": { name in ScriptedModel { _ in Script.Reply("from \(name)") } }])
        let reply = try await catalog([:], settings).reply(to: request("hi", model: "mine:m"))
        #expect(reply.text == "from mine:m" && reply.usage.cost != nil)
        #expect(catalog([:], settings).providers.contains("mine"))
    }

    @Test func modelsOfOneScriptShareIt() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "replies.yaml", "- when: { model: judge }\n  reply: verdict\n- reply: [one, two]\n")
        let catalog = catalog([:])
        #expect(try await catalog.reply(to: request("a", model: "scripted:\(path)")).text == "one")
        #expect(try await catalog.reply(to: request("b", model: "scripted:\(path)#task")).text == "two")
        #expect(try await catalog.reply(to: request("c", model: "scripted:\(path)#judge")).text == "verdict")
        await fails(with: .script) { _ = try catalog.model(ModelName(reading: "scripted:\(path).none")) }
    }

    @Test func aLocalNameIsCheckedBeforeAnythingIsStarted() async throws {
        let folder = try TemporaryFolder()
        let catalog = catalog(["OPTRACE_CACHE_HOME": folder.path])
        await fails(with: .unknownModel) { _ = try catalog.model(ModelName(reading: "local:7b")) }
        _ = try catalog.model(ModelName(reading: "local:default"))
        await catalog.close()
    }

    @Test func streamsGoThroughTheWholeStack() async throws {
        let server = try TestServer.chat { _ in "one two three" }
        let catalog = catalog(["OPENAI_BASE_URL": server.url + "/v1"])
        var pieces: [ChatPiece] = []
        for try await piece in catalog.stream(request("hi", model: "openai:gpt-4o")) { pieces.append(piece) }
        #expect(pieces.count == 4)
        guard case .finished(let reply) = pieces.last else {
            Issue.record("the stream has no end")
            return
        }
        #expect(reply.text == "one two three" && reply.usage.cost != nil)
    }
}
