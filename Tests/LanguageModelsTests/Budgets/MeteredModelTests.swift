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

    @Test func ofAFailedCallOnlyTheRequestCounts() async throws {
        let ledger = Ledger(Budget(calls: 3, tokens: 400))
        let fails = Mutex(true)
        let model = MeteredModel(
            ScriptedModel { _ in
                if fails.withLock({ $0 }) { throw ModelError(.badRequest, "no") }
                return Script.Reply("ok")
            }, ledger: ledger)
        for _ in 0..<2 {
            _ = await #expect(throws: ModelError.self) { try await model.reply(to: request("a", maximumTokens: 200)) }
        }
        #expect(ledger.failures == 2 && ledger.spent == .none && ledger.remaining.tokens == 400)
        fails.withLock { $0 = false }
        _ = try await model.reply(to: request("b", maximumTokens: 200))
        let error = await #expect(throws: ModelError.self) { try await model.reply(to: request("c")) }
        #expect(error?.code == .budgetExhausted)
        #expect(error?.message.contains("2 of them by requests that failed") == true)
        #expect(ledger.models.map(\.failures) == [2])
    }

    @Test func whatWasNeverSentIsNoFailedRequest() async throws {
        let ledger = Ledger(Budget(calls: 1))
        let model = MeteredModel(
            CachedModel(ScriptedModel { _ in Script.Reply("ok") }, cache: MemoryCompletionCache(), mode: .only),
            ledger: ledger)
        _ = await #expect(throws: ModelError.self) { try await model.reply(to: request("a")) }
        #expect(ledger.failures == 0 && ledger.remaining.calls == 1)
    }

    @Test(arguments: [1, 2, 5]) func triesThatAreRepeatedNeverExceedTheCap(calls: Int) async throws {
        let time = TestTime()
        let asked = Mutex(0)
        let ledger = Ledger(Budget(calls: calls), time: time.timekeeper)
        let retrying = RetryingModel(
            ScriptedModel { _ in
                asked.withLock { $0 += 1 }
                throw ModelError(.overloaded, "busy", status: 503)
            }, policy: RetryPolicy(attempts: 4, firstDelay: .zero), breaker: EndpointBreaker(time: time.timekeeper),
            time: time.timekeeper)
        let model = MeteredModel(retrying, ledger: ledger, time: time.timekeeper)
        for number in 0..<3 {
            _ = await #expect(throws: ModelError.self) { try await model.reply(to: request("\(number)")) }
        }
        #expect(asked.withLock { $0 } == calls && ledger.failures == calls && ledger.spent.calls == 0)
    }

    @Test func usesThatShareAFailedRequestCountItOnce() async throws {
        let ledger = Ledger(Budget(calls: 5))
        let key = request("same").key
        let first = try await ledger.reserve(key, model: "m:m", tokens: 0, cost: 0)
        let second = try await ledger.reserve(key, model: "m:m", tokens: 0, cost: 0)
        ledger.fail(first)
        ledger.fail(second)
        #expect(ledger.failures == 1 && ledger.remaining.calls == 5)
    }

    @Test func aRecordedReplyReservesWhatItUsedAndNeedsNoTime() async throws {
        let (time, cache) = (TestTime(), MemoryCompletionCache())
        let first = CachedModel(ScriptedModel { _ in Script.Reply("ok") }, cache: cache)
        let usage = try await first.reply(to: request("a", maximumTokens: 900)).usage
        let ledger = Ledger(Budget(tokens: usage.totalTokens, seconds: 10), time: time.timekeeper)
        let cached = CachedModel(ScriptedModel { _ in Script.Reply("ok") }, cache: cache)
        let model = MeteredModel(
            cached, ledger: ledger, time: time.timekeeper, recorded: { try cached.recordedUsage(for: $0) })
        time.advance(by: .seconds(11))
        #expect(try await model.reply(to: request("a", maximumTokens: 900)).wasCached)
        #expect(ledger.spent.totalTokens == usage.totalTokens)
        await fails(with: .budgetExhausted) { _ = try await model.reply(to: request("b")) }
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

    @Test("of a reply whose usage nobody told, the most it can have used counts, now and in a replay")
    func untoldUsage() async throws {
        let prices = PriceTable(["scripted:test": Price(prompt: 0, completion: 1_000_000)])
        let cache = MemoryCompletionCache()
        for budget in [Budget(tokens: 1000), Budget(cost: 1000)] {
            var spends: [Usage] = []
            for _ in 0..<2 {
                let ledger = Ledger(budget)
                let cached = CachedModel(
                    PricedModel(
                        ScriptedModel { _ in Script.Reply("ok", usage: Usage(calls: 1, cost: nil)) }, prices: prices),
                    cache: cache)
                let model = MeteredModel(
                    cached, ledger: ledger, prices: prices, recorded: { try cached.recordedUsage(for: $0) })
                await fails(with: .budgetExhausted) {
                    for number in 0..<100 { _ = try await model.reply(to: request("\(number)", maximumTokens: 100)) }
                }
                #expect((1...10).contains(ledger.spent.calls))
                #expect(ledger.spent.completionTokens == 100 * ledger.spent.calls)
                #expect(ledger.spent.cost == Double(100 * ledger.spent.calls))
                spends.append(ledger.spent)
            }
            #expect(spends[0] == spends[1])
        }
        let uncapped = Ledger()
        let model = MeteredModel(
            ScriptedModel { _ in Script.Reply("ok", usage: Usage(calls: 1, cost: nil)) }, ledger: uncapped,
            prices: prices)
        _ = try await model.reply(to: request("a"))
        #expect(uncapped.spent == Usage(calls: 1, cost: nil), "unknown, and not free")
    }

    @Test("a model that writes more than was assumed is learnt from, where requests do not say how much it may")
    func longReplies() async throws {
        let ledger = Ledger(Budget(tokens: 100_000))
        let model = MeteredModel(
            ScriptedModel { _ in
                Script.Reply("ok", usage: Usage(calls: 1, promptTokens: 10, completionTokens: 29_990))
            }, ledger: ledger)
        await fails(with: .budgetExhausted) {
            for number in 0..<20 { _ = try await model.reply(to: request("\(number)")) }
        }
        #expect(ledger.spent.totalTokens == 90_000)
    }

    @Test(
        "of a reply whose usage nobody told, as much counts as was asked for, now and in a replay",
        arguments: CacheMode.allCases)
    func untoldUsageOfLongReplies(_ mode: CacheMode) async throws {
        let cache = MemoryCompletionCache()
        func spent(_ mode: CacheMode, _ texts: [String]) async throws -> Usage {
            let ledger = Ledger(Budget(tokens: 1_000_000), countsEveryUse: mode == .off)
            let cached = CachedModel(
                ScriptedModel { request in
                    let isTold = request.messages[0].content == "told"
                    let usage = Usage(calls: 1, promptTokens: 10, completionTokens: 29_990)
                    return Script.Reply("ok", usage: isTold ? usage : Usage(calls: 1, cost: nil))
                }, cache: cache, mode: mode)
            let model = MeteredModel(cached, ledger: ledger, recorded: { try cached.recordedUsage(for: $0) })
            for text in texts { _ = try await model.reply(to: request(text)) }
            return ledger.spent
        }
        let first = try await spent(mode == .only ? .use : mode, ["told", "untold"])
        let prompt = TokenEstimate.mostOfPrompt(of: request("untold"))
        #expect(first.completionTokens == 2 * 29_990 && first.promptTokens == 10 + prompt)
        guard mode != .off else { return }
        for texts in [["told", "untold"], ["untold", "told"]] {
            let again = try await spent(.only, texts)
            #expect(again.completionTokens == first.completionTokens && again.promptTokens == first.promptTokens)
        }
    }

    @Test(
        "a reply that the budget has cut off is a failure that is paid for, whatever stands around",
        arguments: [true, false])
    func cutReplies(_ isRepeating: Bool) async throws {
        let (ledger, lost, cache) = (Ledger(Budget(tokens: 10_000)), LostCalls(), MemoryCompletionCache())
        let told = Mutex(0)
        let metered = MeteredModel(CachedModel(Cutting(), cache: cache), ledger: ledger) { _ in
            told.withLock { $0 += 1 }
        }
        let model: any LanguageModel = isRepeating ? RepeatingModel(metered, lost: lost, ledger: ledger) : metered
        await fails(with: .cutByBudget) { _ = try await model.reply(to: request("a")) }
        await fails(with: .cutByBudget) { for try await _ in model.stream(request("b")) {} }
        #expect(try await model.reply(to: request("c", maximumTokens: 5)).text == "and")
        #expect(ledger.spent.completionTokens == 2 * TokenEstimate.unstatedReply + 5 && ledger.failures == 0)
        #expect(told.withLock { $0 } == 3 && cache.count == 1)
        guard isRepeating else { return }
        let (again, met) = (Ledger(Budget(tokens: 10_000)), LostCalls())
        met.expect(lost.calls())
        let repeated = RepeatingModel(
            MeteredModel(CachedModel(Cutting(), cache: cache, mode: .only), ledger: again), lost: met, ledger: again)
        for text in ["a", "b"] {
            await fails(with: .cutByBudget) { _ = try await repeated.reply(to: request(text)) }
        }
        _ = try await repeated.reply(to: request("c", maximumTokens: 5))
        #expect(again.spent == ledger.spent && met.calls() == lost.calls())
    }
}

/// Would go on, and is cut off wherever it is told to end.
private struct Cutting: LanguageModel {
    func reply(to request: ChatRequest) async throws -> ChatReply {
        let limit = request.maximumTokens ?? request.ceiling ?? 0
        var reply = ChatReply(
            text: "and", finish: .length, usage: Usage(calls: 1, promptTokens: 3, completionTokens: limit))
        if request.maximumTokens == nil { reply.cutAtCeiling = request.ceiling }
        return reply
    }
}
