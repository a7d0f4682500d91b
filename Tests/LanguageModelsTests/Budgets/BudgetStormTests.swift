import LanguageModels
import Synchronization
import TestServer
import Testing
import TraceGraph

@Suite("A budget under many calls at once", .timeLimit(.minutes(5)))
struct BudgetStormTests {
    /// Adds up what is asked and used, and notes the first time a cap is exceeded.
    private final class Meter: Sendable {
        private struct State {
            var started = 0
            var inFlight = 0
            var mostInFlight = 0
            var used = Usage.none
            var excess: String?
        }

        private let budget: Budget
        private let state = Mutex(State())

        init(_ budget: Budget) { self.budget = budget }

        var started: Int { state.withLock { $0.started } }
        var mostInFlight: Int { state.withLock { $0.mostInFlight } }
        var used: Usage { state.withLock { $0.used } }
        var excess: String? { state.withLock { $0.excess } }

        func start() {
            state.withLock { state in
                state.started += 1
                state.inFlight += 1
                state.mostInFlight = max(state.mostInFlight, state.inFlight)
                if let most = budget.calls, state.started > most { state.excess = "\(state.started) calls" }
            }
        }

        func end(_ usage: Usage) {
            state.withLock { state in
                state.inFlight -= 1
                state.used += usage
                if let most = budget.tokens, state.used.totalTokens > most {
                    state.excess = state.excess ?? "\(state.used.totalTokens) tokens"
                }
                if let most = budget.cost, let cost = state.used.cost, cost > most + 1e-9 {
                    state.excess = state.excess ?? "$\(cost)"
                }
            }
        }
    }

    /// 1, 2, 3, …
    private final class Numbers: Sendable {
        private let last = Mutex(0)

        func next() -> Int {
            last.withLock { last in
                last += 1
                return last
            }
        }
    }

    /// Replies of any length up to the most that was asked for; every eleventh request fails.
    private struct Uneven: LanguageModel {
        let meter: Meter

        func reply(to request: ChatRequest) async throws -> ChatReply {
            meter.start()
            for _ in 0..<Int.random(in: 1...4) { await Task.yield() }
            let number = Int(request.messages.last?.content ?? "") ?? 0
            guard number % 11 != 0 else {
                meter.end(.none)
                throw ModelError(.badRequest, "no", model: request.model)
            }
            let (prompt, completion) = (number % 7 + 1, number % ((request.maximumTokens ?? 1) + 1))
            let usage = Usage(
                calls: 1, promptTokens: prompt, completionTokens: completion,
                cost: BudgetStormTests.price.cost(of: Usage(promptTokens: prompt, completionTokens: completion)))
            meter.end(usage)
            return ChatReply(text: "ok", usage: usage)
        }
    }

    private static let price = Price(prompt: 3, completion: 15)

    /// Makes calls from `width` tasks until `count` were tried.
    private func storm(_ model: any LanguageModel, _ name: String, count: Int, width: Int) async -> Int {
        let next = Numbers()
        return await withTaskGroup(of: Int.self) { group in
            for _ in 0..<width {
                group.addTask {
                    var answered = 0
                    while true {
                        let number = next.next()
                        guard number <= count else { return answered }
                        do {
                            _ = try await model.reply(to: request("\(number)", model: name, maximumTokens: 40))
                            answered += 1
                        } catch let error as ModelError {
                            #expect([.budgetExhausted, .badRequest, .serverError].contains(error.code), "\(error)")
                        } catch {
                            Issue.record(error)
                        }
                    }
                }
            }
            return await group.reduce(0, +)
        }
    }

    @Test(
        "never exceeds a cap by one unit: 10 000 calls, 512 at once",
        arguments: [
            Budget(calls: 7_777), Budget(tokens: 99_999), Budget(cost: 1.234_567),
            Budget(calls: 9_000, tokens: 150_000, cost: 2), .unlimited,
        ])
    func tenThousand(budget: Budget) async {
        let meter = Meter(budget)
        let ledger = Ledger(budget)
        let prices = PriceTable.standard.overridden(by: ["openai:storm": Self.price])
        let model = MeteredModel(
            CachedModel(Uneven(meter: meter), cache: MemoryCompletionCache()), ledger: ledger, prices: prices)
        let answered = await storm(model, "openai:storm", count: 10_000, width: 512)
        #expect(meter.excess == nil)
        #expect(ledger.spent.calls == answered && ledger.spent.totalTokens == meter.used.totalTokens)
        #expect(abs((ledger.spent.cost ?? -1) - (meter.used.cost ?? 0)) < 1e-9)
        #expect(ledger.spent.calls + ledger.failures == meter.started)
        #expect(ledger.waiting == 0)
        if budget == .unlimited { #expect(meter.started == 10_000 && meter.mostInFlight > 256) }
        // A cap is made use of: what is left is less than one call may take.
        if let most = budget.calls, budget.tokens == nil { #expect(meter.started == most) }
        if let most = budget.tokens, budget.calls == nil { #expect(ledger.spent.totalTokens > most - 200) }
    }

    @Test("never sends one request more than a cap over HTTP either, failures and repeated tries included")
    func overHTTP() async throws {
        let budget = Budget(calls: 400)
        let meter = Meter(budget)
        let server = try TestServer.chat { chat in
            meter.start()
            meter.end(.none)
            // Every fifth is given up after its third try.
            guard (Int(chat.prompt) ?? 0) % 5 != 0 else {
                return .response(.json(#"{"error":{"message":"busy"}}"#, status: 500))
            }
            return "ok"
        }
        defer { server.stop() }
        let time = TestTime()
        let catalog = ModelCatalog(
            environment: ["OPENAI_BASE_URL": "\(server.url)/v1", "OPENAI_API_KEY": "sk-test"],
            settings: CatalogSettings(
                inFlight: 64, retries: RetryPolicy(attempts: 3, firstDelay: .zero, longestDelay: .zero)),
            time: time.timekeeper)
        let ledger = Ledger(budget)
        let model = MeteredModel(catalog, ledger: ledger)
        let answered = await storm(model, "openai:small", count: 1_000, width: 64)
        #expect(meter.excess == nil)
        #expect(server.requests.count == 400)
        #expect(ledger.spent.calls == answered && answered + ledger.failures == 400)
    }

    @Test("holds where no length is stated: what is held back is asked for, and a reply cut off there is no answer")
    func unstatedLengths() async throws {
        let budget = Budget(tokens: 200_000)
        let meter = Meter(budget)
        let limits = Mutex<Set<Int?>>([])
        let server = try TestServer.chat { chat in
            let tokens = min(chat.max_tokens ?? 20_000, 20_000)
            limits.withLock { _ = $0.insert(chat.max_tokens) }
            meter.start()
            meter.end(Usage(calls: 1, promptTokens: 3, completionTokens: tokens))
            return .text(
                "and on", finish: tokens < 20_000 ? "length" : "stop", promptTokens: 3, completionTokens: tokens)
        }
        defer { server.stop() }
        let catalog = ModelCatalog(
            environment: ["OPENAI_BASE_URL": "\(server.url)/v1", "OPENAI_API_KEY": "sk-test"],
            settings: CatalogSettings(inFlight: 64))
        let cache = MemoryCompletionCache()
        func model(_ ledger: Ledger, _ lost: LostCalls) -> RepeatingModel {
            RepeatingModel(
                MeteredModel(CachedModel(catalog, cache: cache), ledger: ledger), lost: lost, ledger: ledger)
        }
        @Sendable func failure(of number: Int, _ model: RepeatingModel) async -> ModelError.Code? {
            do {
                _ = try await model.reply(to: request("\(number)", model: "openai:small"))
                return nil
            } catch {
                return (error as? ModelError)?.code
            }
        }
        let (ledger, lost) = (Ledger(budget), LostCalls())
        let first = model(ledger, lost)
        let failures = await withTaskGroup(of: (Int, ModelError.Code?).self) { group in
            for number in 0..<128 { group.addTask { (number, await failure(of: number, first)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let cut = failures.filter { $0.value == .cutByBudget }.keys.sorted()
        #expect(meter.excess == nil && limits.withLock { $0 } == [TokenEstimate.unstatedReply])
        #expect(ledger.spent.totalTokens == meter.used.totalTokens && ledger.spent.totalTokens > 190_000)
        #expect(cut.count == meter.started && meter.started > 40)
        #expect(failures.values.count { $0 == .budgetExhausted } == 128 - cut.count)
        #expect(cache.count == 0, "a piece of an answer is not kept as one")

        let asked = server.requests.count
        let (again, met) = (Ledger(budget), LostCalls())
        met.expect(lost.calls())
        let repeated = model(again, met)
        for number in cut { #expect(await failure(of: number, repeated) == .cutByBudget) }
        #expect(again.spent == ledger.spent && server.requests.count == asked)

        let whole = try await model(Ledger(), LostCalls()).reply(to: request("0", model: "openai:small"))
        #expect(whole.finish == .stop && whole.usage.completionTokens == 20_000 && cache.count == 1)
        #expect(limits.withLock { $0.contains(nil) }, "without a cap nothing is asked for that nobody said")
    }
}
