import ContentHash
import LanguageModels
import Testing
import TraceGraph

@Suite struct EarmarkTests {
    func call(_ ledger: Ledger, _ text: String, tokens: Int = 0) async throws {
        let reservation = try await ledger.reserve(ContentHash(of: text), model: "m:m", tokens: tokens, cost: 0)
        ledger.settle(reservation, Usage(calls: 1, promptTokens: tokens), wasCached: false, isKept: true)
    }

    @Test func whatIsSetAsideIsLeftForItsHolder() async throws {
        let ledger = Ledger(Budget(calls: 5))
        let earmark = try ledger.setAside(calls: 2)
        for number in 0..<3 { try await call(ledger, "\(number)") }
        let error = await #expect(throws: ModelError.self) { try await call(ledger, "3") }
        #expect(error?.code == .budgetExhausted)
        #expect(error?.message.contains("set aside") == true)
        #expect(!ledger.canAfford(calls: 1) && ledger.remaining.calls == 0)
        try await earmark.use {
            #expect(ledger.canAfford(calls: 2))
            for number in 3..<5 { try await call(ledger, "\(number)") }
            await fails(with: .budgetExhausted) { try await call(ledger, "5") }
        }
        #expect(earmark.calls == 0 && ledger.spent.calls == 5)
    }

    @Test func theHolderMayUseTheRestAsWell() async throws {
        let ledger = Ledger(Budget(calls: 5))
        let earmark = try ledger.setAside(calls: 2)
        try await earmark.use { for number in 0..<5 { try await call(ledger, "\(number)") } }
        #expect(ledger.spent.calls == 5)
    }

    @Test func concurrentHoldersNeverExceedTheCap() async throws {
        let ledger = Ledger(Budget(calls: 60))
        let earmark = try ledger.setAside(calls: 20)
        await withTaskGroup { group in
            for number in 0..<100 { group.addTask { try? await call(ledger, "loop \(number)") } }
        }
        #expect(ledger.spent.calls == 40)
        await earmark.use {
            await withTaskGroup { group in
                for number in 0..<100 { group.addTask { try? await call(ledger, "test \(number)") } }
            }
        }
        #expect(ledger.spent.calls == 60)
    }

    @Test func aFailedCallOfTheHolderGoesBackToTheEarmark() async throws {
        let ledger = Ledger(Budget(calls: 2))
        let earmark = try ledger.setAside(calls: 2)
        try await earmark.use {
            ledger.release(try await ledger.reserve(ContentHash(of: "a"), model: "m:m", tokens: 0, cost: 0))
        }
        #expect(earmark.calls == 2)
        await fails(with: .budgetExhausted) { try await call(ledger, "b") }
    }

    @Test func whatIsReleasedIsForEveryone() async throws {
        let ledger = Ledger(Budget(calls: 2))
        let earmark = try ledger.setAside(calls: 2)
        earmark.release()
        try await call(ledger, "a")
        try await call(ledger, "b")
    }

    @Test func moreThanThereIsCannotBeSetAside() async throws {
        let ledger = Ledger(Budget(calls: 5))
        _ = try ledger.setAside(calls: 3)
        await fails(with: .budgetExhausted) { _ = try ledger.setAside(calls: 3) }
        #expect(ledger.remaining.calls == 2)
    }

    @Test func tokensAreSetAsideByWhatACallUses() async throws {
        let ledger = Ledger(Budget(tokens: 100))
        _ = try ledger.setAside(calls: 5)
        try await call(ledger, "a", tokens: 10)
        #expect(ledger.remaining.tokens == 40)
        let stated = Ledger(Budget(tokens: 100))
        _ = try stated.setAside(calls: 5, tokensPerCall: 15)
        #expect(stated.remaining.tokens == 25)
    }

    @Test func secondsAreLeftToTheHolderToo() async throws {
        let time = TestTime()
        let ledger = Ledger(Budget(seconds: 100), time: time.timekeeper)
        let earmark = try ledger.setAside(calls: 5)
        earmark.seconds = 30
        time.advance(by: .seconds(69))
        try await call(ledger, "a")
        #expect(ledger.remaining.seconds == 1)
        time.advance(by: .seconds(1))
        let error = await #expect(throws: ModelError.self) { try await call(ledger, "b") }
        #expect(error?.message.contains("30 s of it are set aside") == true)
        try await earmark.use { try await call(ledger, "c") }
        earmark.release()
        try await call(ledger, "d")
        time.advance(by: .seconds(30))
        await fails(with: .budgetExhausted) { try await call(ledger, "e") }
    }
}
