import LanguageModels
import Testing
import TraceGraph

/// Servers, scripts and price files may say any number: none of them ends the process.
@Suite struct ExtremeNumbersTests {
    let time = TestTime()

    static let waits: [Double] = [1e300, .infinity, .nan, -1e300, .greatestFiniteMagnitude]

    @Test(arguments: waits) func aWaitOfAgesIsNotWaitedFor(wait: Double) async throws {
        let model = ScriptedModel { _ in throw ModelError(.rateLimited, "slow down", status: 429, retryAfter: wait) }
        let retrying = RetryingModel(
            model, policy: RetryPolicy(attempts: 3), breaker: EndpointBreaker(time: time.timekeeper),
            time: time.timekeeper, random: { 0 })
        await fails(with: .rateLimited) { _ = try await retrying.reply(to: request("hello")) }
        #expect(time.now <= .seconds(180))
    }

    @Test(arguments: waits) func othersWaitADayAtMost(wait: Double) async throws {
        let limiter = RequestLimiter(RequestLimits(inFlight: .max), time: time.timekeeper)
        let refused = LimitedModel(
            ScriptedModel { _ in throw ModelError(.rateLimited, "slow down", status: 429, retryAfter: wait) },
            limiter: limiter)
        await fails(with: .rateLimited) { _ = try await refused.reply(to: request("hello")) }
        // Who has all the patience there is.
        let answered = LimitedModel(
            ScriptedModel { _ in Script.Reply("ok") }, limiter: limiter,
            policy: RetryPolicy(limitTime: .seconds(1_000_000)))
        #expect(try await answered.reply(to: request("hello")).text == "ok")
        #expect(time.now <= .seconds(86_400))
        #expect(limiter.allowedInFlight > 0)
    }

    @Test func dearCallsAndMeasurelessRepliesOnlyExhaustTheBudget() async throws {
        let prices = PriceTable(["scripted:test": Price(prompt: 1e300, completion: 1e300)])
        let model = PricedModel(
            ScriptedModel { _ in
                Script.Reply("x", usage: Usage(calls: 1, promptTokens: .max / 2, completionTokens: 9))
            }, prices: prices)
        func ask(_ ledger: Ledger, times: Int) async throws {
            let metered = MeteredModel(model, ledger: ledger, prices: prices, time: time.timekeeper)
            for number in 0..<times { _ = try await metered.reply(to: request("\(number)")) }
        }
        let free = Ledger(Budget(tokens: .max, cost: 1e300), time: time.timekeeper)
        try await ask(free, times: 10_000)
        #expect(free.spent.calls == 10_000 && free.spent.cost ?? 0 > 0)
        let tight = Ledger(Budget(tokens: 1 << 62, cost: 2500), time: time.timekeeper)
        await fails(with: .budgetExhausted) { try await ask(tight, times: 10) }
        #expect(!tight.canAfford(calls: .max))
        await fails(with: .budgetExhausted) { _ = try tight.setAside(calls: .max) }
    }
}
