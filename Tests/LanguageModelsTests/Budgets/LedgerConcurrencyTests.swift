import ContentHash
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@Suite struct LedgerConcurrencyTests {
    /// Makes 512 calls at once; returns how many went through.
    func storm(_ ledger: Ledger, used: @escaping @Sendable (Int) -> Usage, tokens: Int, cost: Double) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<512 {
                group.addTask {
                    do {
                        let reservation = try await ledger.reserve(
                            ContentHash(of: "\(number)"), model: "m:m", tokens: tokens, cost: cost)
                        await Task.yield()
                        if number % 7 == 0 {
                            ledger.release(reservation)
                            return false
                        }
                        ledger.settle(reservation, used(number), wasCached: number % 2 == 0, isKept: true)
                        return true
                    } catch {
                        #expect((error as? ModelError)?.code == .budgetExhausted)
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test func theCapOfCallsIsReachedExactly() async {
        let ledger = Ledger(Budget(calls: 100))
        let made = await storm(ledger, used: { _ in Usage(calls: 1) }, tokens: 0, cost: 0)
        #expect(made == 100 && ledger.spent.calls == 100)
        #expect(ledger.remaining.calls == 0)
    }

    @Test func theCapOfTokensIsNeverExceededAndNearlyUsed() async {
        let ledger = Ledger(Budget(tokens: 5000))
        _ = await storm(
            ledger, used: { Usage(calls: 1, promptTokens: $0 % 50, completionTokens: 10) }, tokens: 60, cost: 0)
        #expect(ledger.spent.totalTokens <= 5000)
        #expect(ledger.spent.totalTokens > 5000 - 60)
    }

    @Test func theCapOfCostIsNeverExceeded() async {
        let ledger = Ledger(Budget(cost: 0.05))
        _ = await storm(ledger, used: { Usage(calls: 1, cost: Double($0 % 10) * 0.0001) }, tokens: 0, cost: 0.001)
        #expect((ledger.spent.cost ?? 1) <= 0.05)
        #expect((ledger.spent.cost ?? 0) > 0.05 - 0.001)
    }

    @Test func usesOfOneRequestAtOnceShareItsReservation() async throws {
        let ledger = Ledger(Budget(calls: 1))
        let key = ContentHash(of: "same")
        let first = try await ledger.reserve(key, model: "m:m", tokens: 0, cost: 0)
        let second = try await ledger.reserve(key, model: "m:m", tokens: 0, cost: 0)
        ledger.release(first)
        #expect(ledger.remaining.calls == 0)
        ledger.settle(second, Usage(calls: 1), wasCached: false, isKept: true)
        #expect(ledger.spent.calls == 1)
    }

    @Test func whoOnlyWaitsForOthersGoesOnceTheyAreDone() async throws {
        let ledger = Ledger(Budget(tokens: 10))
        let first = try await ledger.reserve(ContentHash(of: "a"), model: "m:m", tokens: 10, cost: 0)
        let second = Task { try await ledger.reserve(ContentHash(of: "b"), model: "m:m", tokens: 5, cost: 0) }
        let third = Task { try await ledger.reserve(ContentHash(of: "c"), model: "m:m", tokens: 5, cost: 0) }
        await until { ledger.waiting == 2 }
        third.cancel()
        await #expect(throws: CancellationError.self) { try await third.value }
        ledger.settle(first, Usage(calls: 1, promptTokens: 5), wasCached: false, isKept: true)
        ledger.settle(try await second.value, Usage(calls: 1, promptTokens: 5), wasCached: false, isKept: true)
        #expect(ledger.spent.totalTokens == 10)
    }
}
