import ContentHash
import Evaluation
import LanguageModels
import Optimization
import Synchronization
import Testing
import TraceGraph

@Suite("A run that is repeated from recorded replies")
struct RepeatedRunTests {
    /// Counts what really is asked of it.
    final class CountedModel: LanguageModel {
        let asked = Mutex(0)
        /// What replies about the hold-out use, so that the gate costs more than anybody could foresee.
        let holdoutTokens: Int
        /// Every so many calls one fails, and the one after it is declined; never when nil.
        let misfortune: Int?

        init(holdoutTokens: Int = 4, misfortune: Int? = nil) {
            (self.holdoutTokens, self.misfortune) = (holdoutTokens, misfortune)
        }

        func reply(to request: ChatRequest) async throws -> ChatReply {
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            await Task.yield()
            var reply = try await EchoModel().reply(to: request)
            if let misfortune {
                if number % misfortune == 0 { throw ModelError(.badRequest, "no \(number)", status: 400) }
                if number % misfortune == 1, number > 1 { reply.finish = .other("declined \(number)") }
            }
            if reply.text.contains(" h") { reply.usage.completionTokens = holdoutTokens - reply.usage.promptTokens }
            return reply
        }
    }

    private func run(
        _ budget: Budget, on model: CountedModel, _ cache: MemoryCompletionCache, mode: CacheMode = .use,
        course: RecordedCourse = RecordedCourse(), steps: Int = 6, patience: Int? = nil,
        values: [Double] = [4, 4.5, 5, 5.5, 6, 6.5], seen: Seen
    ) async throws -> (conclusion: RunConclusion, ledger: Ledger) {
        let metric = RightOrWrong()
        let ledger = Ledger(budget)
        let cached = CachedModel(model, cache: cache, mode: mode)
        let lost = LostCalls()
        let metered = RepeatingModel(
            MeteredModel(cached, ledger: ledger, recorded: { try cached.recordedUsage(for: $0) }), lost: lost,
            ledger: ledger)
        let subject = TargetNumber(model: metered)
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: [metric], objective: Objective(metric), concurrency: 8),
            splits: TargetNumber.splits(20, 20, 30),
            plan: OptimizationPlan(steps: steps, minibatch: 6, siblings: 1, seed: 3, patience: patience),
            gate: Gate(metric), model: metered, modelName: ModelName(provider: "test", model: "echo"), ledger: ledger,
            journal: seen, course: course, lost: lost)
        let record = RunRecord(
            name: "target-0", workflow: "target", optimizer: "listed", seed: 3, settings: .null,
            parameters: subject.parameters)
        let conclusion = try await loop.run(
            ListedOptimizer(values, seen: seen), as: record, events: { seen.note($0) })
        return (conclusion, ledger)
    }

    @Test(
        "ends where it ended, having asked nothing, with the same events and spend",
        arguments: [
            Budget(calls: 90), Budget(calls: 100), Budget(calls: 130), Budget(calls: 150), Budget(calls: 1_000),
            Budget(tokens: 8_400), Budget(tokens: 9_000), Budget(tokens: 12_000), Budget(tokens: 40_000),
        ])
    func repeated(budget: Budget) async throws {
        try await repeated(budget, CountedModel())
    }

    @Test(
        "and meets again what failed and what was declined, as often as it did",
        arguments: [
            Budget(calls: 100), Budget(calls: 130), Budget(calls: 1_000), Budget(tokens: 9_000), Budget(tokens: 12_000),
            .unlimited,
        ], [7, 10])
    func misfortunes(budget: Budget, every: Int) async throws {
        try await repeated(budget, CountedModel(misfortune: every))
    }

    @Test("ends where it ended in the gate, having asked nothing")
    func repeatedGate() async throws {
        let stop = try await repeated(Budget(tokens: 15_000), CountedModel(holdoutTokens: 300))
        #expect(try #require(stop.gate).count > 20)
    }

    @discardableResult
    private func repeated(_ budget: Budget, _ model: CountedModel) async throws -> RecordedStop {
        let cache = MemoryCompletionCache()
        let first = Seen()
        let (original, ledger) = try await run(budget, on: model, cache, seen: first)
        let asked = model.asked.withLock { $0 }
        #expect(ledger.spent.calls + ledger.failures == asked)
        #expect((ledger.failures > 0) == (model.misfortune != nil))
        #expect(asked <= budget.calls ?? .max && ledger.spent.totalTokens <= budget.tokens ?? .max)

        let stop = try #require(first.all.stops.last)
        let again = try #require(RecordedStop(recorded: stop.recorded))
        #expect(again == stop)
        let second = Seen()
        let (repetition, spent) = try await run(
            budget, on: model, cache, mode: .only,
            course: RecordedCourse(
                steps: first.all.steps.count - 2, stop: again, lost: Self.lost(in: first, again),
                failures: ledger.failures), seen: second)
        #expect(model.asked.withLock { $0 } == asked)
        #expect(second.story == first.story)
        #expect(spent.spent == ledger.spent)
        #expect(repetition.reason == original.reason && repetition.best == original.best)
        #expect(repetition.verdict == original.verdict && repetition.failures == original.failures)
        #expect(repetition.isBudgetExhausted == original.isBudgetExhausted)
        return stop
    }

    /// The lost calls of a run in the order they have to be met again.
    private static func lost(in seen: Seen, _ stop: RecordedStop) -> [LostCall] {
        let steps = seen.all.steps
        return steps.filter { $0.index < stop.step }.flatMap(\.lost) + stop.lost
            + steps.filter { $0.index >= stop.step }.flatMap(\.lost)
    }

    @Test("that a clock had ended goes past that time, and ends at the same step")
    func timed() async throws {
        let (model, cache) = (CountedModel(), MemoryCompletionCache())
        let first = Seen()
        let (original, _) = try await run(.unlimited, on: model, cache, steps: 3, seen: first)
        let asked = model.asked.withLock { $0 }
        #expect(original.reason == "all 3 steps done")
        // The same run under a clock that stands at its end all the time.
        let course = RecordedCourse(steps: 3, stop: RecordedStop(step: 4, reason: "time budget", isBudget: true))
        let second = Seen()
        let (repetition, _) = try await run(
            Budget(seconds: 0), on: model, cache, mode: .only, course: course, seen: second)
        #expect(repetition.reason == "time budget" && repetition.isBudgetExhausted)
        #expect(repetition.best == original.best && repetition.verdict == original.verdict)
        #expect(model.asked.withLock { $0 } == asked)
    }

    @Test("ends though every single call is answered by the cache", arguments: [nil, 4])
    func allCached(patience: Int?) async throws {
        let (model, cache) = (CountedModel(), MemoryCompletionCache())
        // Nothing is spent on values that were tried before, so that no budget ends it either.
        let values = [Double](repeating: 4, count: 50)
        let limits = Budget(calls: 500)
        _ = try await run(limits, on: model, cache, steps: 50, patience: patience, values: values, seen: Seen())
        let asked = model.asked.withLock { $0 }
        let (conclusion, _) = try await run(
            limits, on: model, cache, steps: 50, patience: patience, values: values, seen: Seen())
        #expect(conclusion.reason == (patience == nil ? "all 50 steps done" : "no gain in 4 steps"))
        #expect(model.asked.withLock { $0 } == asked)
    }
}
