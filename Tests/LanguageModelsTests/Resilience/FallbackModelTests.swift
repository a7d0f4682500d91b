import ContentHash
import Synchronization
import Testing
import TraceGraph

@testable import LanguageModels

@Suite struct FallbackModelTests {
    /// Answers with the model's name, or fails where `failures` says so; keeps who was asked.
    final class Models: LanguageModel {
        let failures: Mutex<[String: ModelError]>
        private let log = Mutex<[String]>([])
        var asked: [String] { log.withLock { $0 } }

        init(_ failures: [String: ModelError] = [:]) { self.failures = Mutex(failures) }

        func reply(to request: ChatRequest) async throws -> ChatReply {
            let name = request.model.model
            #expect(request.fallbacks.isEmpty, "nobody below knows of other models")
            log.withLock { $0.append(name) }
            if let failure = failures.withLock({ $0[name] }) { throw failure }
            return ChatReply(text: "from \(name)", usage: Usage(calls: 1, promptTokens: 3, completionTokens: 2))
        }

        func endpoint(of model: ModelName) async throws -> String? { "https://\(model.model).example" }
    }

    static func request(_ text: String = "hello", _ fallbacks: [String] = ["b", "c"]) -> ChatRequest {
        ChatRequest(
            model: ModelName(provider: "test", model: "a"), messages: [.user(text)],
            fallbacks: fallbacks.map { ModelName(provider: "test", model: $0) })
    }

    static let down = ModelError(.unreachable, "nothing listens")

    @Test("the first model answers while it can") func first() async throws {
        let models = Models()
        let reply = try await FallbackModel(models).reply(to: Self.request())
        #expect(reply.text == "from a" && reply.answeredBy == nil && models.asked == ["a"])
    }

    @Test("the next one answers where it fails, and is named") func next() async throws {
        let models = Models(["a": Self.down, "b": ModelError(.overloaded, "busy")])
        let changes = Mutex<[String]>([])
        let model = FallbackModel(models) { change in
            changes.withLock { $0.append("\(change.from.model) → \(change.to.model): \(change.failure.code)") }
        }
        let reply = try await model.reply(to: Self.request())
        #expect(reply.text == "from c" && reply.answeredBy?.model == "c" && models.asked == ["a", "b", "c"])
        #expect(changes.withLock { $0 } == ["a → b: unreachable", "b → c: overloaded"])
    }

    @Test("nobody stands in who is not listed") func notListed() async throws {
        let models = Models(["a": Self.down])
        await fails(with: .unreachable) { _ = try await FallbackModel(models).reply(to: Self.request("x", [])) }
        #expect(models.asked == ["a"])
    }

    @Test(
        "what is the request's, the budget's or the setting's own fault is not another model's business",
        arguments: [ModelError.Code.badRequest, .budgetExhausted, .wrongKey, .unknownModel, .refused, .unknownPrice])
    func ownFault(_ code: ModelError.Code) async throws {
        let models = Models(["a": ModelError(code, "no")])
        await fails(with: code) { _ = try await FallbackModel(models).reply(to: Self.request()) }
        #expect(models.asked == ["a"])
    }

    @Test("when all fail the last failure is thrown, and tells of the first") func allFail() async throws {
        let models = Models(["a": Self.down, "b": Self.down, "c": ModelError(.timeout, "too slow")])
        let error = await #expect(throws: ModelError.self) {
            try await FallbackModel(models).reply(to: Self.request())
        }
        #expect(error?.code == .timeout)
        #expect(error?.message == "too slow; before that, test:a failed: nothing listens")
    }

    @Test("each reply is kept and paid as its own model's, and a repeat asks nobody") func repeated() async throws {
        let models = Models(["a": Self.down])
        let cache = MemoryCompletionCache()
        func stack(_ mode: CacheMode, _ ledger: Ledger) -> FallbackModel {
            FallbackModel(
                MeteredModel(CachedModel(models, cache: cache, mode: mode), ledger: ledger), cache: cache, mode: mode)
        }
        let ledger = Ledger(.unlimited)
        let first = try await stack(.use, ledger).reply(to: Self.request())
        #expect(ledger.spent.calls == 1 && models.asked == ["a", "b"])
        // The first model is back, but what answered is recorded.
        models.failures.withLock { $0 = [:] }
        for mode in [CacheMode.use, .only] {
            let again = Ledger(.unlimited)
            let reply = try await stack(mode, again).reply(to: Self.request())
            #expect(reply.text == first.text && reply.answeredBy?.model == "b" && reply.wasCached)
            #expect(again.spent.calls == 1)
        }
        #expect(models.asked == ["a", "b"])
        let plain = try await stack(.use, ledger).reply(to: Self.request("hello", []))
        #expect(plain.text == "from a", "whoever lists nobody else gets the model itself")
        let preferred = try await stack(.use, ledger).reply(to: Self.request())
        #expect(preferred.text == "from a" && preferred.answeredBy == nil)
    }

    @Test("with recorded replies only, a miss is the first model's") func miss() async throws {
        let cache = MemoryCompletionCache()
        let model = FallbackModel(CachedModel(Models(), cache: cache, mode: .only), cache: cache, mode: .only)
        let error = await #expect(throws: ModelError.self) { try await model.reply(to: Self.request()) }
        #expect(error?.code == .cacheMiss && error?.model?.model == "a")
    }

    @Test("listing models makes another request, listing none the same") func keys() {
        #expect(
            Self.request("x", []).key
                == ChatRequest(
                    model: ModelName(provider: "test", model: "a"), messages: [.user("x")]
                ).key)
        #expect(Set([["b"], ["c"], ["b", "c"], ["c", "b"], []].map { Self.request("x", $0).key }).count == 5)
    }

    @Test("a wrapped model lists them for all its requests") func wrapped() async throws {
        let models = Models(["a": Self.down])
        let b = ModelName(provider: "test", model: "b")
        let reply = try await FallbackModel(models).fallingBack(to: [b]).reply(to: Self.request("x", []))
        #expect(reply.answeredBy == b)
    }

    @Test("who has alternatives does not wait out limits") func patience() async throws {
        let time = TestTime()
        let replied = Mutex(false)
        let busy = ScriptedModel { _ in
            let isFirst = replied.withLock { replied in
                defer { replied = true }
                return !replied
            }
            guard isFirst else { throw ModelError(.rateLimited, "slow down", status: 429) }
            return Script.Reply("ok")
        }
        let retrying = RetryingModel(
            busy, policy: RetryPolicy(attempts: 2), breaker: EndpointBreaker(time: time.timekeeper),
            time: time.timekeeper, random: { 0 })
        _ = try await retrying.reply(to: Self.request("x", []))
        await fails(with: .rateLimited) {
            _ = try await Alternatives.$areLeft.withValue(true) { try await retrying.reply(to: Self.request("y", [])) }
        }
        #expect(time.now < .seconds(2))
    }
}
