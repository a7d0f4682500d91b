import LanguageModels
import Synchronization
import Testing
import TraceGraph

@Suite struct LimitedModelTests {
    let time = TestTime()

    @Test func noMoreAreOutThanAllowed() async throws {
        let out = Mutex((now: 0, most: 0))
        let model = LimitedModel(
            ScriptedModel { _ in
                out.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                for _ in 0..<5 { await Task.yield() }
                out.withLock { $0.now -= 1 }
                return Script.Reply("ok")
            },
            limiter: RequestLimiter(RequestLimits(inFlight: 7), time: time.timekeeper))
        try await withThrowingTaskGroup { group in
            for number in 0..<200 { group.addTask { _ = try await model.reply(to: request("\(number)")) } }
            try await group.waitForAll()
        }
        #expect(out.withLock(\.most) <= 7)
        #expect(out.withLock(\.now) == 0)
    }

    @Test func whoeverCameFirstGoesFirst() async throws {
        let gate = Gate()
        let order = Mutex<[String]>([])
        let limiter = RequestLimiter(RequestLimits(inFlight: 1), time: time.timekeeper)
        let model = LimitedModel(
            ScriptedModel { request in
                order.withLock { $0.append(request.messages[0].content) }
                await gate.pass()
                return Script.Reply("ok")
            }, limiter: limiter)
        var tasks: [Task<ChatReply, any Error>] = []
        for number in 0..<5 {
            let task = Task { try await model.reply(to: request("\(number)")) }
            tasks.append(task)
            await until { number == 0 ? gate.waiting == 1 : limiter.waiting == number }
        }
        tasks[2].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[2].value }
        gate.open()
        for (number, task) in tasks.enumerated() where number != 2 { _ = try await task.value }
        #expect(order.withLock { $0 } == ["0", "1", "3", "4"])
    }

    @Test func refusalsLowerConcurrencyOnceARoundAndSuccessesRaiseIt() async throws {
        let gate = Gate()
        let refuses = Mutex(true)
        let limiter = RequestLimiter(RequestLimits(inFlight: 8), time: time.timekeeper)
        let model = LimitedModel(
            ScriptedModel { _ in
                await gate.pass()
                if refuses.withLock({ $0 }) { throw ModelError(.rateLimited, "slow down") }
                return Script.Reply("ok")
            }, limiter: limiter)
        let tasks = (0..<8).map { number in Task { try await model.reply(to: request("\(number)")) } }
        await until { gate.waiting == 8 }
        gate.open()
        for task in tasks { _ = await #expect(throws: ModelError.self) { try await task.value } }
        #expect(limiter.allowedInFlight == 4)
        refuses.withLock { $0 = false }
        for number in 0..<200 { _ = try await model.reply(to: request("again \(number)")) }
        #expect(limiter.allowedInFlight == 8)
    }

    @Test func aRefusalWithAWaitHoldsEveryoneBack() async throws {
        let first = Mutex(true)
        let model = LimitedModel(
            ScriptedModel { _ in
                let isFirst = first.withLock { first in
                    defer { first = false }
                    return first
                }
                if isFirst { throw ModelError(.rateLimited, "slow down", retryAfter: 30) }
                return Script.Reply("ok")
            }, limiter: RequestLimiter(RequestLimits(inFlight: 4), time: time.timekeeper))
        _ = await #expect(throws: ModelError.self) { try await model.reply(to: request("a")) }
        _ = try await model.reply(to: request("b"))
        #expect(time.now >= .seconds(30))
    }

    @Test func requestsAMinuteAreKept() async throws {
        let model = LimitedModel(
            ScriptedModel { _ in Script.Reply("ok") },
            limiter: RequestLimiter(RequestLimits(inFlight: 100, requestsPerMinute: 60), time: time.timekeeper))
        for number in 0..<180 { _ = try await model.reply(to: request("\(number)")) }
        #expect(time.now >= .seconds(119) && time.now <= .seconds(121))
    }

    /// Half of what is estimated, as much, and twice as much.
    @Test(arguments: [0.5, 1, 2]) func tokensAMinuteAreKept(share: Double) async throws {
        let one = TokenEstimate.likely(for: request("0000", maximumTokens: 95))
        let taken = Int(Double(one) * share)
        let model = LimitedModel(
            ScriptedModel { _ in Script.Reply("ok", usage: Usage(calls: 1, promptTokens: taken)) },
            limiter: RequestLimiter(RequestLimits(inFlight: 100, tokensPerMinute: 1000), time: time.timekeeper))
        for number in 0..<50 { _ = try await model.reply(to: request("\(1000 + number)", maximumTokens: 95)) }
        let minutes = max(0, Double(50 * taken - 1000) / 1000)
        // What the last request was estimated to take may be waited for too.
        let slack = Double(one) / 1000 * 60 + 1
        #expect(time.now >= .seconds(minutes * 60 - slack) && time.now <= .seconds(minutes * 60 + slack))
    }

    @Test func tokensOfARefusedRequestAreGivenBack() async throws {
        let one = TokenEstimate.likely(for: request("0000", maximumTokens: 95))
        let model = LimitedModel(
            ScriptedModel { _ in throw ModelError(.rateLimited, "slow down") },
            limiter: RequestLimiter(RequestLimits(inFlight: 4, tokensPerMinute: one), time: time.timekeeper))
        for _ in 0..<20 {
            await fails(with: .rateLimited) { _ = try await model.reply(to: request("0000", maximumTokens: 95)) }
        }
        #expect(time.now == .zero)
    }

    @Test func aRequestLargerThanAMinutesWorthStillGoes() async throws {
        let model = LimitedModel(
            ScriptedModel { _ in Script.Reply("ok") },
            limiter: RequestLimiter(RequestLimits(inFlight: 1, tokensPerMinute: 10), time: time.timekeeper))
        _ = try await model.reply(to: request("hello", maximumTokens: 500))
    }
}
