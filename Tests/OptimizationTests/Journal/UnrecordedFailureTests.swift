import Evaluation
import LanguageModels
import Optimization
import Testing
import TraceGraph

@Suite("A run that fails")
struct UnrecordedFailureTests {
    /// Keeps what it is told, and cannot do what it is made to fail at.
    struct Breaking: RunJournal {
        struct Broken: Error, CustomStringConvertible {
            let description: String
        }

        var seen = Seen()
        /// The step that cannot be committed.
        var step: Int?
        var finishing: String?

        func begin(_ run: RunRecord) throws {}

        func commit(_ step: StepRecord) throws {
            if step.index == self.step { throw Broken(description: "the disk is full") }
            seen.commit(step)
        }

        func stop(_ stop: RecordedStop) { seen.stop(stop) }

        func finish(_ conclusion: RunConclusion) throws {
            if let finishing { throw Broken(description: finishing) }
            seen.finish(conclusion)
        }
    }

    /// Fails where its budget does not even cover the baseline.
    func run(_ journal: Breaking, calls: Int? = nil) async throws -> RunConclusion {
        let ledger = Ledger(Budget(calls: calls))
        let metric = RightOrWrong()
        let subject = TargetNumber(model: MeteredModel(EchoModel(), ledger: ledger))
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: [metric], objective: Objective(metric)),
            splits: TargetNumber.splits(10, 20, 20), plan: OptimizationPlan(steps: 2, siblings: 1), gate: Gate(metric),
            model: EchoModel(), modelName: ModelName(provider: "test", model: "echo"), ledger: ledger, journal: journal)
        return try await loop.run(
            ListedOptimizer([4, 5]),
            as: RunRecord(
                name: "target-0", workflow: "target", optimizer: "listed", seed: 0, settings: .null,
                parameters: subject.parameters))
    }

    @Test("throws its own error, and has its journal closed with it")
    func recorded() async throws {
        let journal = Breaking()
        let error = await #expect(throws: ModelError.self) { try await run(journal, calls: 3) }
        #expect(error?.code == .budgetExhausted)
        #expect(journal.seen.all.conclusions.map(\.status) == [.failed])
        #expect(journal.seen.all.conclusions.map(\.reason) == [error?.description])
    }

    @Test("says both when the journal cannot be closed, its own error first")
    func unrecorded() async throws {
        let journal = Breaking(finishing: "the database is locked")
        let error = await #expect(throws: UnrecordedFailure.self) { try await run(journal, calls: 3) }
        let failure = try #require(error?.failure as? ModelError)
        #expect(failure.code == .budgetExhausted)
        #expect(error?.journalError is Breaking.Broken)
        let text = error?.description ?? ""
        #expect(text.hasPrefix(failure.description))
        #expect(text.hasSuffix("the database is locked"))
    }

    @Test("says once what ended the run and keeps it from being closed")
    func sameTwice() async throws {
        let journal = Breaking(step: 1, finishing: "the disk is full")
        let error = await #expect(throws: UnrecordedFailure.self) { try await run(journal) }
        #expect(error?.description == "the disk is full")
        #expect(journal.seen.all.steps.map(\.index) == [0], "what was committed before is kept")
    }

    @Test("is not finished when its end cannot be written down")
    func successUnrecorded() async throws {
        let journal = Breaking(finishing: "the disk is full")
        let error = await #expect(throws: UnrecordedFailure.self) { try await run(journal) }
        #expect(error?.failure is Breaking.Broken)
    }

    @Test("because its task was cancelled is interrupted, not failed")
    func cancelled() async throws {
        let journal = Breaking()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await run(journal)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(journal.seen.all.conclusions.map(\.status) == [.interrupted])
    }
}
