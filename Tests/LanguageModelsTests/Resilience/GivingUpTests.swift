import Synchronization
import Testing

@testable import LanguageModels

/// Which failures are one call's own, and which end a run.
@Suite struct GivingUpTests {
    let time = TestTime()

    /// Fails as `failure` says for the text of a request, and answers the others.
    struct Picky: LanguageModel {
        let failure: @Sendable (String) -> ModelError?

        func reply(to request: ChatRequest) async throws -> ChatReply {
            if let failure = failure(request.messages.last?.content ?? "") { throw failure }
            return ChatReply(text: "fine")
        }
    }

    func model(
        _ policy: RetryPolicy = RetryPolicy(attempts: 2), _ failure: @escaping @Sendable (String) -> ModelError?
    ) -> RetryingModel {
        RetryingModel(
            Picky(failure: failure), policy: policy, breaker: EndpointBreaker(time: time.timekeeper),
            time: time.timekeeper, random: { 0 })
    }

    func failure(of model: RetryingModel, _ text: String) async throws -> ModelError {
        try #require(await #expect(throws: ModelError.self) { try await model.reply(to: request(text)) })
    }

    static let failures = [
        ModelError(.timeout, "slow"), ModelError(.serverError, "oops", status: 500), ModelError(.interrupted, "broke"),
        ModelError(.unreadableReply, "what", status: 200),
    ]

    @Test("a call that keeps failing is lost alone", arguments: failures)
    func alone(_ error: ModelError) async throws {
        let model = model { $0 == "bad" ? error : nil }
        for _ in 0..<5 {
            #expect(try await failure(of: model, "bad").endsRun == false)
            #expect(try await failure(of: model, "bad").endsRun == false)
            _ = try await model.reply(to: request("good"))
        }
    }

    @Test(
        "five in a row end the run of an endpoint that never replied, and what follows fails at once",
        arguments: failures)
    func inARow(_ error: ModelError) async throws {
        let calls = Mutex(0)
        let model = model { _ in
            calls.withLock { $0 += 1 }
            return error
        }
        for text in ["a", "b", "c", "d"] { #expect(try await failure(of: model, text).endsRun == false) }
        let last = try await failure(of: model, "e")
        #expect(last.endsRun && last.code == error.code)
        #expect(last.message.contains("5 calls in a row were given up"))
        let before = calls.withLock { $0 }
        #expect(try await failure(of: model, "f").endsRun)
        #expect(calls.withLock { $0 } == before)
    }

    @Test("sixteen in a row end the run of one that has replied", arguments: failures)
    func later(_ error: ModelError) async throws {
        let model = model { $0 == "good" ? nil : error }
        _ = try await model.reply(to: request("good"))
        for number in 1..<16 { #expect(try await failure(of: model, "\(number)").endsRun == false) }
        #expect(try await failure(of: model, "16").endsRun)
    }

    @Test("a refusal shows that the endpoint works")
    func refusals() async throws {
        let model = model { text in
            text == "no" ? ModelError(.badRequest, "no", status: 400) : ModelError(.interrupted, "broke")
        }
        for _ in 0..<4 {
            #expect(try await failure(of: model, "broken").endsRun == false)
            #expect(try await failure(of: model, "broken").endsRun == false)
            #expect(try await failure(of: model, "no").endsRun == false)
        }
    }

    @Test("limits are waited out once the endpoint has replied", arguments: [ModelError.Code.rateLimited, .overloaded])
    func limits(_ code: ModelError.Code) async throws {
        let isBusy = Mutex(true)
        let policy = RetryPolicy(attempts: 2, totalTime: .seconds(60), limitTime: .seconds(900))
        let model = model(policy) { text in
            text == "first" || !isBusy.withLock { $0 } ? nil : ModelError(code, "busy", status: 429)
        }
        let early = try await failure(of: model, "early")
        #expect(early.endsRun && time.now < .seconds(5))
        _ = try await model.reply(to: request("first"))
        let start = time.now
        let late = try await failure(of: model, "late")
        #expect(late.endsRun)
        #expect(time.now - start > .seconds(800) && time.now - start <= .seconds(900))
    }

    @Test("a wait longer than the patience is not begun, and is told")
    func longWait() async throws {
        let model = model { _ in ModelError(.rateLimited, "slow down", status: 429, retryAfter: 7200) }
        let error = try await failure(of: model, "a")
        #expect(error.message == "slow down; it asks to wait 7200 s")
        #expect(time.sleeps.isEmpty)
    }

    @Test("an endpoint that has replied is waited for while it is away")
    func outage() async throws {
        let isAway = Mutex(false)
        let model = model { _ in isAway.withLock { $0 } ? ModelError(.unreachable, "refused") : nil }
        _ = try await model.reply(to: request("a"))
        isAway.withLock { $0 = true }
        let start = time.now
        #expect(try await failure(of: model, "b").endsRun)
        #expect(time.now - start > .seconds(50) && time.now - start <= .seconds(60))
    }

    @Test("whoever watches is told of each wait")
    func delays() async throws {
        let told = Mutex<[CallDelay]>([])
        let model = RetryingModel(
            Picky { _ in ModelError(.serverError, "oops", status: 500) }, policy: RetryPolicy(attempts: 3),
            breaker: EndpointBreaker(time: time.timekeeper), time: time.timekeeper, random: { 1 },
            onDelay: { delay in told.withLock { $0.append(delay) } })
        _ = try await failure(of: model, "a")
        #expect(told.withLock { $0.map(\.tries) } == [1, 2])
        #expect(told.withLock { $0.map(\.wait) } == time.sleeps)
    }
}
