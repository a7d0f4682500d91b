import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

/// Executions that fail are one thing, outputs that are wrong another.
@Suite("OptimizationLoop: executions that fail")
struct FailedExecutionsTests {
    private static let refusal = ModelError(
        .badRequest, "http://x refused the request (400). It says: no such setting", status: 400)

    private func loop(
        _ splits: OptimizationLoop.Splits, model: (any LanguageModel)? = nil, _ seen: Seen
    ) -> OptimizationLoop {
        let metric = RightOrWrong()
        return OptimizationLoop(
            evaluator: Evaluator(
                subject: TargetNumber(model: model), metrics: [metric], objective: Objective(metric), concurrency: 4),
            splits: splits, plan: OptimizationPlan(steps: 2, minibatch: 6, siblings: 1, seed: 3, patience: nil),
            gate: Gate(metric), model: EchoModel(), modelName: ModelName(provider: "test", model: "echo"),
            ledger: Ledger(), journal: seen)
    }

    private func run(_ loop: OptimizationLoop, _ seen: Seen) async throws -> RunConclusion {
        let record = RunRecord(
            name: "target-0", workflow: "target", optimizer: "listed", seed: 3, settings: .null,
            parameters: TargetNumber().parameters)
        return try await loop.run(ListedOptimizer([0.1, 0.2], seen: seen), as: record, events: { seen.note($0) })
    }

    /// Examples of which every `step`th has no width, so that the execution fails.
    private func examples(_ count: Int, _ prefix: String, brokenEvery step: Int) -> [Example] {
        TargetNumber.examples(count, prefix).enumerated().map { index, example in
            guard index.isMultiple(of: step) else { return example }
            return Example(id: example.id, fields: ["expected": "right"])
        }
    }

    private func tallies(_ seen: Seen, split: String) -> [FailureTally] {
        seen.all.events.compactMap { event in
            if case .failed(_, _, let other, let tally) = event, other == split { tally } else { nil }
        }
    }

    @Test("wrong outputs are no failures, however low they score")
    func wrongIsNoFailure() async throws {
        let seen = Seen()
        let conclusion = try await run(loop(TargetNumber.splits(12, 12, 12), seen), seen)
        #expect(conclusion.status == .finished)
        #expect(tallies(seen, split: "validation").isEmpty && tallies(seen, split: "train").isEmpty)
        for event in seen.all.events {
            if case .minibatch(_, let score, let failures, _) = event { #expect(score == 0 && failures == 0) }
        }
    }

    @Test("failures are counted, and the commonest is told in its own words")
    func failuresAreCounted() async throws {
        let seen = Seen()
        let splits = OptimizationLoop.Splits(
            train: examples(6, "t", brokenEvery: 2), validation: examples(12, "v", brokenEvery: 3),
            holdout: TargetNumber.examples(12, "h"))
        let conclusion = try await run(loop(splits, seen), seen)
        #expect(conclusion.status == .finished)
        let baseline = try #require(tallies(seen, split: "validation").first)
        #expect(baseline.failures == 4 && baseline.executions == 12 && baseline.commonest == 4)
        #expect(baseline.reason.contains("NotANumber"))
        let counts = seen.all.events.compactMap { event in
            if case .minibatch(_, _, let failures, _) = event { failures } else { nil }
        }
        #expect(counts == [3, 3])
        #expect(seen.all.steps.first?.events.contains { $0.kind == "failed" } == true)
    }

    @Test("a baseline that no example got past the model ends the run with what the model said")
    func deadEndpoint() async throws {
        let seen = Seen()
        let loop = loop(
            TargetNumber.splits(6, 5, 6), model: Answering { _ in throw FailedExecutionsTests.refusal }, seen)
        let error = await #expect(throws: ModelError.self) { try await run(loop, seen) }
        #expect(error?.code == .badRequest && error?.status == 400)
        #expect(error?.message.contains("every one of the 5 validation examples") == true)
        #expect(error?.message.contains("It says: no such setting") == true)
        #expect(seen.all.examples.isEmpty, "the optimizer was asked")
        #expect(seen.all.steps.map(\.index) == [0], "the failed executions cannot be looked at")
        #expect(seen.all.conclusions.map(\.status) == [.failed])
    }

    @Test("one example that got past the model, or a failure of the workflow's own, leaves something to improve on")
    func notTheEndpoint() async throws {
        let seen = Seen()
        let spared = Answering { request in
            if request.messages[0].content.hasSuffix(" v3") { return "ok" }
            throw FailedExecutionsTests.refusal
        }
        #expect(try await run(loop(TargetNumber.splits(6, 5, 6), model: spared, seen), seen).status == .finished)
        let broken = OptimizationLoop.Splits(
            train: examples(6, "t", brokenEvery: 1), validation: examples(6, "v", brokenEvery: 1),
            holdout: examples(6, "h", brokenEvery: 1))
        #expect(try await run(loop(broken, seen), seen).status == .finished)
    }
}
