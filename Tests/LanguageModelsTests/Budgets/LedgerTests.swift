import ContentHash
import LanguageModels
import Testing
import TraceGraph

@Suite struct LedgerTests {
    let time = TestTime()

    func ledger(_ budget: Budget, countsEveryUse: Bool = false, allowsUnknownPrices: Bool = false) -> Ledger {
        Ledger(
            budget, allowsUnknownPrices: allowsUnknownPrices, countsEveryUse: countsEveryUse, time: time.timekeeper)
    }

    func key(_ text: String) -> ContentHash { ContentHash(of: text) }

    func usage(_ tokens: Int = 0, cost: Double? = 0) -> Usage { Usage(calls: 1, promptTokens: tokens, cost: cost) }

    /// One call from reservation to settlement.
    func call(
        _ ledger: Ledger, _ text: String, most: Int = 0, used: Int = 0, cost: Double? = 0, wasCached: Bool = false,
        isKept: Bool = true, model: String = "scripted:test"
    ) async throws {
        let reservation = try await ledger.reserve(key(text), model: model, tokens: most, cost: cost)
        ledger.settle(reservation, usage(used, cost: cost), wasCached: wasCached, isKept: isKept)
    }

    @Test func eachRequestIsCountedOnceHoweverItIsAnswered() async throws {
        let first = ledger(.unlimited)
        for text in ["a", "b", "a", "a"] {
            try await call(first, text, used: 10, cost: 0.1, wasCached: text == "a" && first.entryCount > 1)
        }
        let replayed = ledger(.unlimited)
        for text in ["a", "b", "a", "a"] { try await call(replayed, text, used: 10, cost: 0.1, wasCached: true) }
        #expect(first.spent == replayed.spent)
        #expect(first.spent == Usage(calls: 2, promptTokens: 20, cost: 0.2))
        #expect(first.paid.calls == 2)
        #expect(replayed.paid.calls == 0)
    }

    @Test func aSecondUseNeedsNoRoom() async throws {
        let ledger = ledger(Budget(calls: 1, tokens: 10))
        try await call(ledger, "a", most: 10, used: 10)
        try await call(ledger, "a", most: 10, used: 10, wasCached: true)
        await fails(with: .budgetExhausted) { try await call(ledger, "b", most: 1) }
        #expect(ledger.spent.calls == 1)
    }

    @Test func whenEveryUseCountsASecondUseNeedsRoom() async throws {
        let ledger = ledger(Budget(calls: 2), countsEveryUse: true)
        try await call(ledger, "a")
        try await call(ledger, "a")
        await fails(with: .budgetExhausted) { try await call(ledger, "a") }
        #expect(ledger.spent.calls == 2)
    }

    @Test func repliesThatNothingKeepsAreCountedEachTime() async throws {
        let ledger = ledger(Budget(calls: 2))
        try await call(ledger, "a", isKept: false)
        try await call(ledger, "a", isKept: false)
        await fails(with: .budgetExhausted) { try await call(ledger, "a", isKept: false) }
    }

    @Test func theUnusedPartOfAReservationIsGivenBack() async throws {
        let ledger = ledger(Budget(tokens: 100))
        for number in 0..<10 { try await call(ledger, "\(number)", most: 10, used: 5) }
        #expect(ledger.remaining.tokens == 50)
        await fails(with: .budgetExhausted) { try await call(ledger, "big", most: 51) }
        try await call(ledger, "fits", most: 50, used: 50)
        #expect(ledger.remaining.tokens == 0)
    }

    @Test func aReleasedCallCostsNothing() async throws {
        let ledger = ledger(Budget(calls: 1))
        ledger.release(try await ledger.reserve(key("a"), model: "m:m", tokens: 1, cost: 0))
        #expect(ledger.spent == .none && ledger.remaining.calls == 1)
        try await call(ledger, "b")
    }

    @Test func costsDoNotDependOnTheOrderOfCalls() async throws {
        let costs = (1...300).map { 0.1 / Double($0) }
        let forward = ledger(.unlimited)
        let backward = ledger(.unlimited)
        for cost in costs { try await call(forward, "\(cost)", cost: cost) }
        for cost in costs.reversed() { try await call(backward, "\(cost)", cost: cost) }
        #expect(forward.spent.cost == backward.spent.cost)
    }

    @Test func anUnknownPriceUnderACostCapIsRefused() async throws {
        let ledger = ledger(Budget(cost: 1))
        let error = await #expect(throws: ModelError.self) {
            try await call(ledger, "a", cost: nil, model: "elsewhere:large")
        }
        #expect(error?.code == .unknownPrice)
        #expect(error?.message.contains("elsewhere:large") == true)
        #expect(error?.message.contains("--allow-unknown-prices") == true)
    }

    @Test func allModelsOfUnknownPriceAreNamedAtTheStart() throws {
        let models = ["openai:gpt-4o", "a:x", "b:y", "a:x"].compactMap(ModelName.init)
        let error = #expect(throws: ModelError.self) {
            try ledger(Budget(cost: 1)).requirePrices(of: models, in: .standard)
        }
        #expect(error?.message.contains("prices of a:x, b:y are unknown") == true)
        try ledger(Budget(calls: 1)).requirePrices(of: models, in: .standard)
        try ledger(Budget(cost: 1), allowsUnknownPrices: true).requirePrices(of: models, in: .standard)
    }

    @Test func allowedUnknownPricesMakeTheSpendUnknown() async throws {
        let ledger = ledger(Budget(cost: 1), allowsUnknownPrices: true)
        try await call(ledger, "a", cost: nil)
        #expect(ledger.spent.cost == nil && ledger.spent.calls == 1)
    }

    @Test func timeEnds() async throws {
        let ledger = ledger(Budget(seconds: 60))
        try await call(ledger, "a")
        time.advance(by: .seconds(59))
        try await call(ledger, "b")
        time.advance(by: .seconds(1))
        #expect(ledger.remaining.seconds == 0)
        let error = await #expect(throws: ModelError.self) { try await call(ledger, "c") }
        #expect(error?.code == .budgetExhausted)
        #expect(error?.message.contains("60 s") == true)
    }

    @Test func modelsAreToldApartAndOrdered() async throws {
        let ledger = ledger(.unlimited)
        for (text, model) in [("1", "b:b"), ("2", "a:a"), ("3", "b:b")] { try await call(ledger, text, model: model) }
        #expect(ledger.models.map(\.model) == ["a:a", "b:b"])
        #expect(ledger.models.map(\.spent.calls) == [1, 2])
    }

    @Test func aRestoredLedgerGoesOnWhereItWas() async throws {
        let budget = Budget(calls: 3, seconds: 100)
        let first = ledger(budget)
        try await call(first, "a", used: 5)
        try await call(first, "b", used: 7)
        let second = Ledger(
            budget, restoring: first.entries(), elapsed: .seconds(40), time: time.timekeeper)
        #expect(second.spent == first.spent && second.paid == .none)
        #expect(second.remaining.seconds == 60)
        try await call(second, "a", used: 5, wasCached: true)
        try await call(second, "c")
        await fails(with: .budgetExhausted) { try await call(second, "d") }
        #expect(second.entries(after: first.entryCount).map(\.key) == [key("c")])
    }

    @Test func affordingLooksAtTheAverageCall() async throws {
        let ledger = ledger(Budget(tokens: 1000))
        try await call(ledger, "a", used: 100)
        #expect(ledger.canAfford(calls: 9))
        #expect(!ledger.canAfford(calls: 10))
    }

    @Test func aRepeatedCutAdmitsAndCountsWhatWasAnsweredThen() async throws {
        let first = ledger(Budget(calls: 3))
        for text in ["a", "b", "c"] { try await call(first, text) }
        await fails(with: .budgetExhausted) { try await call(first, "d") }

        let second = ledger(Budget(calls: 3))
        try await call(second, "a")
        second.admitOnly(first.entries(after: 1))
        try await call(second, "b")
        try await call(second, "a", wasCached: true)
        await fails(with: .budgetExhausted) { try await call(second, "d") }
        second.conclude(first.entries(after: 1))
        #expect(second.spent == first.spent && second.entries() == first.entries())
        await fails(with: .budgetExhausted) { try await call(second, "d") }
    }
}
