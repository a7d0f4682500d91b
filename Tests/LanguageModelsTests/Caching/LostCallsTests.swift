import Synchronization
import Testing
import TraceGraph

@testable import LanguageModels

@Suite("Calls that no cache keeps") struct LostCallsTests {
    /// A model behind cache, budget and the keeping of what is lost, with its ledger.
    private func model(
        _ base: some LanguageModel, _ lost: LostCalls, cache: MemoryCompletionCache, mode: CacheMode = .use
    ) -> (model: FallbackModel, ledger: Ledger) {
        let ledger = Ledger(Budget(calls: 100))
        let metered = MeteredModel(CachedModel(base, cache: cache, mode: mode), ledger: ledger)
        return (FallbackModel(RepeatingModel(metered, lost: lost, ledger: ledger), cache: cache, mode: mode), ledger)
    }

    /// What each request comes to: a text, or a failure's message.
    private func outcomes(_ model: some LanguageModel, _ texts: [String]) async -> [String] {
        var outcomes: [String] = []
        for text in texts {
            do {
                outcomes.append(try await model.reply(to: request(text)).text)
            } catch {
                outcomes.append("\(error)")
            }
        }
        return outcomes
    }

    @Test("a run that met failures and refusals is made again without asking anybody")
    func again() async throws {
        let asked = Mutex(0)
        let base = ScriptedModel { request in
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            switch request.messages[0].content {
            case "bad": throw ModelError(.badRequest, "no \(number)", status: 400)
            case "flaky" where number < 4: throw ModelError(.interrupted, "broke \(number)")
            case "refused": return Script.Reply("I will not \(number)", finish: .refusal)
            default: return Script.Reply("fine \(number)")
            }
        }
        let texts = ["good", "flaky", "bad", "refused", "flaky", "bad", "flaky", "refused", "good"]
        let (cache, lost) = (MemoryCompletionCache(), LostCalls())
        let first = model(base, lost, cache: cache)
        let found = await outcomes(first.model, texts)
        #expect(found.contains("broke 2") && found.contains("no 3") && found.contains("I will not 4"), "\(found)")
        #expect(found.filter { $0.hasPrefix("fine") }.count == 4)
        #expect(lost.count == 5)

        let (other, before) = (LostCalls(), asked.withLock { $0 })
        other.expect(lost.calls())
        let second = model(base, other, cache: cache, mode: .only)
        #expect(await outcomes(second.model, texts) == found)
        #expect(asked.withLock { $0 } == before, "nobody was asked")
        #expect(second.ledger.spent == first.ledger.spent, "refusals count as spent")
        #expect(second.ledger.paid.calls == 0 && second.ledger.failures == 0)
        #expect(other.calls() == lost.calls(), "and can be made again once more")
        // Each as often as it was met, and no more.
        #expect(await outcomes(second.model, ["bad"]).first?.contains("no recorded reply") == true)
    }

    @Test("what the run's own caps and modes refuse is no part of its course")
    func caps() async throws {
        let (cache, lost) = (MemoryCompletionCache(), LostCalls())
        let base = ScriptedModel { _ in Script.Reply("ok") }
        _ = await outcomes(model(base, lost, cache: cache, mode: .only).model, ["a"])
        let ledger = Ledger(Budget(calls: 0))
        let capped = RepeatingModel(MeteredModel(base, ledger: ledger), lost: lost, ledger: ledger)
        _ = await outcomes(capped, ["a"])
        #expect(lost.count == 0)
    }

    @Test("of several models each has its own")
    func fallbacks() async throws {
        let base = ScriptedModel { request in
            throw ModelError(.serverError, "\(request.model.model) is down", status: 500)
        }
        let (cache, lost) = (MemoryCompletionCache(), LostCalls())
        let other = try #require(ModelName("scripted:b"))
        let found = await outcomes(model(base, lost, cache: cache).model.fallingBack(to: [other]), ["x"])
        #expect(lost.count == 2)
        let again = LostCalls()
        again.expect(lost.calls())
        #expect(
            await outcomes(model(base, again, cache: cache, mode: .only).model.fallingBack(to: [other]), ["x"]) == found
        )
    }

    @Test("which steps are to fail is known by their names, for as long as they are to")
    func steps() {
        func call(_ name: String, _ outcome: LostCall.Outcome) -> LostCall {
            LostCall(key: request(name).key, model: name, outcome: outcome)
        }
        let failure = LostCall.Outcome.stepFailed(StepFailure(name: "n", message: "m", detail: nil))
        let lost = LostCalls()
        lost.expect([call("model", .failed(ModelError(.badRequest, "no"))), call("a", failure), call("a", failure)])
        #expect(lost.expects(failureOf: "a") && !lost.expects(failureOf: "b") && !lost.expects(failureOf: "model"))
        _ = lost.next(for: request("a").key)
        #expect(lost.expects(failureOf: "a"))
        _ = lost.next(for: request("a").key)
        #expect(!lost.expects(failureOf: "a"))
        lost.expect([call("b", failure)])
        #expect(!lost.expects(failureOf: "a") && lost.expects(failureOf: "b"))
    }

    @Test("a cut that is repeated counts what no cache keeps once")
    func cut() {
        let entry = Ledger.Entry(key: request("a").key, model: "m:m", usage: Usage(calls: 1), isKept: false)
        let kept = Ledger.Entry(key: request("b").key, model: "m:m", usage: Usage(calls: 1), isKept: true)
        for repeated in 0...2 {
            let ledger = Ledger(restoring: [entry])
            ledger.admitOnly([entry, kept, entry])
            for _ in 0..<repeated { ledger.count(entry) }
            ledger.conclude([entry, kept, entry])
            #expect(ledger.spent.calls == 4)
        }
    }
}
