import LanguageModels
import Synchronization
import Testing
import TraceGraph

/// Waits that a run's time does not reach for.
@Suite("Waiting within a budget of time") struct BudgetedWaitTests {
    let time = TestTime()

    private func model(
        _ base: some LanguageModel, seconds: Double, limits: RequestLimits = RequestLimits(inFlight: 4)
    ) -> (model: MeteredModel, ledger: Ledger) {
        let ledger = Ledger(Budget(seconds: seconds), time: time.timekeeper)
        let retrying = RetryingModel(
            LimitedModel(base, limiter: RequestLimiter(limits, time: time.timekeeper)),
            policy: RetryPolicy(attempts: 8, limitTime: .seconds(900)), breaker: EndpointBreaker(time: time.timekeeper),
            time: time.timekeeper, random: { 0.5 })
        return (MeteredModel(retrying, ledger: ledger, time: time.timekeeper), ledger)
    }

    private func failure(of model: MeteredModel, _ text: String) async throws -> ModelError {
        try #require(await #expect(throws: ModelError.self) { try await model.reply(to: request(text)) })
    }

    @Test("a limit is waited out for no longer than the time of the run", arguments: [30.0, 100, 850, 2000])
    func limits(seconds: Double) async throws {
        let answers = Mutex(1)
        let base = ScriptedModel { _ in
            let isFirst = answers.withLock { left in
                defer { left -= 1 }
                return left > 0
            }
            if isFirst { return Script.Reply("ok") }
            throw ModelError(.rateLimited, "slow down", status: 429)
        }
        let (model, ledger) = model(base, seconds: seconds)
        _ = try await model.reply(to: request("first"))
        let error = try await failure(of: model, "second")
        #expect(time.now < .seconds(min(seconds, 900)))
        #expect(error.code == (seconds < 900 ? .budgetExhausted : .rateLimited))
        if seconds < 900 {
            #expect(error.message.contains("before a call can be tried again (slow down)"), "\(error.message)")
        }
        #expect(ledger.spent.calls == 1 && ledger.failures > 1)
    }

    @Test("a provider that asks for a wait beyond the run's time is not waited for")
    func retryAfter() async throws {
        let base = ScriptedModel { _ in throw ModelError(.rateLimited, "slow down", status: 429, retryAfter: 100) }
        let (model, ledger) = model(base, seconds: 60)
        #expect(try await failure(of: model, "a").code == .budgetExhausted)
        #expect(time.sleeps.isEmpty && ledger.failures == 1)
        // Nor is the pause by a call that comes after it.
        #expect(try await failure(of: model, "b").code == .budgetExhausted)
        #expect(time.sleeps.isEmpty && ledger.failures == 1)
    }

    @Test("nor is a turn at the endpoint")
    func rates() async throws {
        let base = ScriptedModel { _ in Script.Reply("ok") }
        let (model, ledger) = model(
            base, seconds: 60, limits: RequestLimits(inFlight: 4, requestsPerMinute: 6))
        var answered = 0
        while let _ = try? await model.reply(to: request("\(answered)")) { answered += 1 }
        // Six at once, and one every ten seconds.
        #expect(answered == 11 && ledger.spent.calls == 11 && ledger.failures == 0)
        #expect(time.now < .seconds(60))
    }

    @Test("a pause that another call was asked for is waited for no longer than a limit of one's own")
    func pauses() async throws {
        let base = ScriptedModel { request in
            if request.messages[0].content == "a" {
                throw ModelError(.rateLimited, "slow down", status: 429, retryAfter: 3600)
            }
            return Script.Reply("ok")
        }
        let (model, ledger) = model(base, seconds: 100_000)
        #expect(try await failure(of: model, "a").code == .rateLimited)
        let error = try await failure(of: model, "b")
        #expect(error.code == .rateLimited && error.message.contains("it asks to wait 3600 s"), "\(error.message)")
        #expect(time.sleeps.isEmpty)
        #expect(ledger.failures == 1, "the second one was never sent")
        time.advance(by: .seconds(3000))
        _ = try await model.reply(to: request("c"))
        #expect(time.now >= .seconds(3600), "ten minutes are waited for")
    }
}
