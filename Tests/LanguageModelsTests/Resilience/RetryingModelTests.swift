import LanguageModels
import Synchronization
import Testing

@Suite struct RetryingModelTests {
    let time = TestTime()

    /// A model that fails with each of `failures` in turn and then answers; counts its calls.
    final class Flaky: LanguageModel {
        let failures: @Sendable (Int) -> ModelError?
        private let made = Mutex(0)
        var calls: Int { made.withLock { $0 } }

        init(_ failures: @escaping @Sendable (Int) -> ModelError?) { self.failures = failures }

        func reply(to request: ChatRequest) async throws -> ChatReply {
            let number = made.withLock { made in
                made += 1
                return made
            }
            if let failure = failures(number) { throw failure }
            return ChatReply(text: "answer \(number)")
        }
    }

    func retrying(
        _ base: any LanguageModel, _ policy: RetryPolicy = RetryPolicy(), jitter: Double = 1,
        breaker: EndpointBreaker? = nil
    ) -> RetryingModel {
        RetryingModel(
            base, policy: policy, breaker: breaker ?? EndpointBreaker(time: time.timekeeper), time: time.timekeeper,
            random: { jitter })
    }

    @Test func transientFailuresAreTriedAgainWithDoublingWaits() async throws {
        let flaky = Flaky { $0 <= 4 ? ModelError(.overloaded, "busy", status: 503) : nil }
        let reply = try await retrying(flaky).reply(to: request("hello"))
        #expect(reply.text == "answer 5")
        #expect(time.sleeps == [.seconds(0.5), .seconds(1), .seconds(2), .seconds(4)])
    }

    @Test(arguments: [0, 0.25, 0.999])
    func jitterMovesTheUpperHalfOfTheWait(jitter: Double) async throws {
        let flaky = Flaky { $0 == 1 ? ModelError(.serverError, "oops", status: 500) : nil }
        _ = try await retrying(flaky, jitter: jitter).reply(to: request("hello"))
        let wait = try #require(time.sleeps.first)
        #expect(wait >= .seconds(0.25) && wait <= .seconds(0.5))
    }

    @Test func otherFailuresAreThrownAtOnce() async {
        let flaky = Flaky { _ in ModelError(.badRequest, "no", status: 400) }
        let error = await #expect(throws: ModelError.self) { try await retrying(flaky).reply(to: request("hello")) }
        #expect(error?.code == .badRequest && flaky.calls == 1 && time.sleeps.isEmpty)
    }

    @Test func theProvidersWaitIsHonoured() async throws {
        let flaky = Flaky { $0 == 1 ? ModelError(.rateLimited, "slow down", status: 429, retryAfter: 20) : nil }
        _ = try await retrying(flaky, jitter: 0).reply(to: request("hello"))
        #expect(time.sleeps == [.seconds(20)])
    }

    @Test func triesAreBoundedAndSaidInTheMessage() async {
        let flaky = Flaky { _ in ModelError(.overloaded, "busy", status: 503) }
        let policy = RetryPolicy(attempts: 3)
        let error = await #expect(throws: ModelError.self) {
            try await retrying(flaky, policy).reply(to: request("hello"))
        }
        #expect(flaky.calls == 3)
        #expect(error?.message == "busy (tried 3 times)")
    }

    @Test func timeIsBounded() async {
        let flaky = Flaky { _ in ModelError(.rateLimited, "slow down", status: 429, retryAfter: 50) }
        let policy = RetryPolicy(attempts: 100, totalTime: .seconds(180))
        _ = await #expect(throws: ModelError.self) { try await retrying(flaky, policy).reply(to: request("hello")) }
        #expect(time.now <= .seconds(180))
        #expect(flaky.calls == 4)
    }

    @Test func aDeadEndpointIsGivenUpWithinItsPatience() async {
        let flaky = Flaky { _ in ModelError(.unreachable, "refused") }
        await fails(with: .unreachable) { _ = try await retrying(flaky).reply(to: request("hi")) }
        #expect(time.now <= .seconds(3))
        #expect(flaky.calls > 1 && flaky.calls < 10)
    }

    @Test func hundredsOfCallsToADeadEndpointFailTogether() async {
        let flaky = Flaky { _ in ModelError(.unreachable, "refused") }
        let model = retrying(flaky)
        await fails(with: .unreachable) { _ = try await model.reply(to: request("first")) }
        let before = flaky.calls
        await withTaskGroup { group in
            for number in 0..<300 {
                group.addTask {
                    await fails(with: .unreachable) {
                        _ = try await model.reply(to: request("call \(number)"))
                    }
                }
            }
        }
        #expect(flaky.calls == before)
    }

    @Test func anEndpointThatComesBackIsUsedAgain() async throws {
        let isDown = Mutex(true)
        let flaky = Flaky { _ in isDown.withLock { $0 } ? ModelError(.unreachable, "refused") : nil }
        let model = retrying(flaky)
        _ = await #expect(throws: ModelError.self) { try await model.reply(to: request("a")) }
        isDown.withLock { $0 = false }
        _ = await #expect(throws: ModelError.self) { try await model.reply(to: request("a")) }
        time.advance(by: .seconds(11))
        _ = try await model.reply(to: request("a"))
        _ = try await model.reply(to: request("b"))
    }

    @Test func aShortOutageIsSurvived() async throws {
        let flaky = Flaky { $0 <= 2 ? ModelError(.unreachable, "refused") : nil }
        #expect(try await retrying(flaky).reply(to: request("hello")).text == "answer 3")
    }

    @Test func aStreamIsNotRepeatedOnceItBegan() async {
        struct Breaking: LanguageModel {
            func reply(to request: ChatRequest) async throws -> ChatReply { ChatReply(text: "") }
            func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
                AsyncThrowingStream { continuation in
                    continuation.yield(.text("half"))
                    continuation.finish(throwing: ModelError(.interrupted, "broke"))
                }
            }
        }
        var texts: [ChatPiece] = []
        do {
            for try await piece in retrying(Breaking()).stream(request("hello")) { texts.append(piece) }
            Issue.record("the failure was lost")
        } catch {
            #expect((error as? ModelError)?.code == .interrupted)
        }
        #expect(texts == [.text("half")])
        #expect(time.sleeps.isEmpty)
    }

    @Test func cancellingEndsTheWait() async {
        let gate = Gate()
        let flaky = Flaky { _ in ModelError(.overloaded, "busy", status: 503) }
        let waiting = Timekeeper(
            now: { .zero },
            sleep: { _ in
                await gate.pass()
                try Task.checkCancellation()
            })
        let model = RetryingModel(flaky, breaker: EndpointBreaker(time: waiting), time: waiting, random: { 0 })
        let task = Task { try await model.reply(to: request("hello")) }
        await until { gate.waiting == 1 }
        task.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(flaky.calls == 1)
    }
}
