import ContentHash
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@Suite struct MeteredModelTests {
    @Test func aReplayedRunSpendsTheSameAndPaysNothing() async throws {
        let cache = MemoryCompletionCache()
        var spends: [Usage] = []
        var paid: [Int] = []
        for _ in 0..<2 {
            let ledger = Ledger(Budget(calls: 30))
            let model = MeteredModel(
                CachedModel(ScriptedModel { _ in Script.Reply("ok") }, cache: cache), ledger: ledger)
            var answered = 0
            do {
                for number in 0..<100 {
                    _ = try await model.reply(to: request("\(number % 40)"))
                    answered += 1
                }
            } catch ModelError.Code.budgetExhausted {}
            #expect(answered == 30)
            spends.append(ledger.spent)
            paid.append(ledger.paid.calls)
        }
        #expect(spends[0] == spends[1])
        #expect(paid == [30, 0])
    }

    @Test func callsAreToldWithTheirKeyAndReply() async throws {
        let time = TestTime()
        let calls = Mutex<[MeteredModel.Call]>([])
        let model = MeteredModel(
            ScriptedModel { _ in
                time.advance(by: .seconds(2))
                return Script.Reply("ok")
            }, ledger: Ledger(), time: time.timekeeper
        ) { call in calls.withLock { $0.append(call) } }
        time.advance(by: .seconds(1))
        _ = try await model.reply(to: request("hello"))
        let call = try #require(calls.withLock { $0 }.first)
        #expect(call.key == request("hello").key && call.reply.text == "ok")
        #expect(call.start == .seconds(1) && call.duration == .seconds(2))
    }

    @Test func aFailedCallIsGivenBack() async throws {
        let ledger = Ledger(Budget(calls: 1))
        let fails = Mutex(true)
        let model = MeteredModel(
            ScriptedModel { _ in
                if fails.withLock({ $0 }) { throw ModelError(.badRequest, "no") }
                return Script.Reply("ok")
            }, ledger: ledger)
        _ = await #expect(throws: ModelError.self) { try await model.reply(to: request("a")) }
        fails.withLock { $0 = false }
        _ = try await model.reply(to: request("b"))
        #expect(ledger.spent.calls == 1)
    }

    @Test func tokensNeverExceedTheCap() async throws {
        let ledger = Ledger(Budget(tokens: 2000))
        let model = MeteredModel(
            ScriptedModel { _ in
                Script.Reply("ok", usage: Usage(calls: 1, promptTokens: 40, completionTokens: 20))
            }, ledger: ledger)
        await withTaskGroup { group in
            for number in 0..<512 {
                group.addTask { _ = try? await model.reply(to: request("\(number)", maximumTokens: 20)) }
            }
        }
        #expect(ledger.spent.totalTokens <= 2000)
        #expect(ledger.spent.totalTokens >= 2000 - 120)
    }

    @Test func aModelThatCountsMoreTokensThanBytesIsLearntFrom() async throws {
        let ledger = Ledger(Budget(tokens: 5000))
        let model = MeteredModel(
            ScriptedModel { _ in
                Script.Reply("ok", usage: Usage(calls: 1, promptTokens: 990, completionTokens: 10))
            }, ledger: ledger)
        var answered = 0
        do {
            for number in 0..<20 {
                _ = try await model.reply(to: request("\(10 + number)", maximumTokens: 10))
                answered += 1
            }
        } catch ModelError.Code.budgetExhausted {}
        #expect(answered == 5)
    }

    @Test func costCapsWorkWithThePriceOfTheModel() async throws {
        let prices = PriceTable(["scripted:test": Price(prompt: 0, completion: 1_000_000)])
        let ledger = Ledger(Budget(cost: 100))
        let model = MeteredModel(
            PricedModel(
                ScriptedModel { _ in Script.Reply("ok", usage: Usage(calls: 1, completionTokens: 10)) },
                prices: prices), ledger: ledger, prices: prices)
        var answered = 0
        do {
            for number in 0..<20 {
                _ = try await model.reply(to: request("\(number)", maximumTokens: 10))
                answered += 1
            }
        } catch ModelError.Code.budgetExhausted {}
        #expect(answered == 10)
        #expect(ledger.spent.cost == 100)
    }

    @Test func streamsAreMetered() async throws {
        let ledger = Ledger(Budget(calls: 1))
        let model = MeteredModel(ScriptedModel { _ in Script.Reply("ok") }, ledger: ledger)
        for try await _ in model.stream(request("a")) {}
        #expect(ledger.spent.calls == 1)
        await fails(with: .budgetExhausted) { for try await _ in model.stream(request("b")) {} }
    }
}
