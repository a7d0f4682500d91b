import GRDB
import LanguageModels
import Optimization
import Testing
import TraceGraph

@testable import TraceStore

@Suite("Runs under way")
struct RunLocksTests {
    @Test("are known from any store, until their journal is released")
    func underWay() throws {
        let folder = try TemporaryFolder()
        let (writer, other) = (try folder.store(), try folder.store())
        var journal: StoredRuns? = try writer.journal(SampleRun.record(), [SampleRun.baseline()])
        let run = try #require(journal?.run)
        #expect(try other.isUnderWay(run) && writer.isUnderWay(run))
        #expect(try !other.isUnderWay(run + 1))
        #expect(try !other.journal().takeOver(run))
        journal = nil
        #expect(try !other.isUnderWay(run))
    }

    @Test("are taken over by one only, who has both the old attempt and the new one")
    func takenOver() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let dead = try #require(try store.journal(SampleRun.record(), [SampleRun.baseline()]).run)
        let (first, second) = (store.journal(), try folder.store().journal())
        #expect(try first.takeOver(dead))
        #expect(try !second.takeOver(dead))
        try first.begin(SampleRun.record())
        let next = try #require(first.run)
        #expect(try store.isUnderWay(dead) && store.isUnderWay(next))
        #expect(try !second.takeOver(next))
    }
}

@Suite("An older database")
struct OlderDatabaseTests {
    @Test("of version 1 is brought up to date with all that is in it")
    func first() throws {
        let folder = try TemporaryFolder()
        do {
            let queue = try DatabaseQueue(path: folder.database)
            try queue.write { database in
                try Migration.migrate(database, to: 1)
                try database.execute(
                    sql: """
                        INSERT INTO runs (name, attempt, workflow, optimizer, seed, settings, started_at, calls)
                        VALUES ('triage-1a2b3c4d', 1, 'triage', 'optoprime', '7', '{}', '2026-01-02T03:04:05.678Z', 12);
                        INSERT INTO steps (run, number, calls, prompt_tokens, cached_prompt_tokens, completion_tokens,
                            committed_at)
                        VALUES (1, 0, 12, 0, 0, 0, '2026-01-02T03:04:06.000Z')
                        """)
            }
            try queue.close()
        }
        let store = try folder.store()
        let run = try store.run(named: "latest")
        #expect(run.spend.calls == 12 && run.steps == 1 && run.seed == 7)
        #expect(run.failures == 0 && run.elapsed == 0 && run.stop == nil)
        try store.journal(SampleRun.record(), [SampleRun.baseline()])
        #expect(try store.run(named: "latest").attempt == 2)
    }

    @Test("keeps where a run stopped, as it was told", arguments: [true, false])
    func stop(wasCut: Bool) throws {
        let store = try TemporaryFolder().store()
        let journal = try store.journal(SampleRun.record(), [SampleRun.baseline()])
        let entries = [
            Ledger.Entry(
                key: SampleRun.request.key, model: "scripted:task",
                usage: Usage(calls: 1, promptTokens: 7, completionTokens: 2, cost: 0.000_012_3), isKept: true)
        ]
        let stop = RecordedStop(
            step: 3, reason: "budget exhausted", isBudget: true, cut: wasCut ? entries : nil,
            gate: wasCut ? nil : entries + entries)
        try journal.stop(RecordedStop(step: 3, reason: "time budget", isBudget: true))
        try journal.stop(stop)
        #expect(try store.run(named: "latest").stop == stop)
    }

    @Test("keeps the calls that no cache keeps, those of the cut before those of the gate")
    func lostCalls() throws {
        let store = try TemporaryFolder().store()
        func failed(_ name: String) -> LostCall {
            LostCall(
                key: SampleRun.request.key, model: "scripted:task",
                outcome: .failed(
                    ModelError(
                        .serverError, name, model: ModelName("scripted:task"), url: "http://x/v1", status: 500,
                        retryAfter: 1.5, refusedSetting: "temperature", reach: .call)))
        }
        let declined = LostCall(
            key: SampleRun.request.key, model: "scripted:task",
            outcome: .answered(
                ChatReply(
                    text: "no \u{0} é", finish: .other("filtered"), usage: Usage(calls: 1, promptTokens: 3, cost: nil),
                    servedBy: "small", duration: 17)))
        var (baseline, step) = (try SampleRun.baseline(), try SampleRun.step())
        baseline.lost = [failed("first"), declined]
        let journal = try store.journal(SampleRun.record(), [baseline])
        try journal.stop(
            RecordedStop(step: 1, reason: "budget exhausted", isBudget: true, cut: [], lost: [failed("cut")]))
        step.lost = [failed("gate")]
        try journal.commit(step)
        let run = try store.run(named: "latest")
        #expect(try store.lostCalls(of: run) == [failed("first"), declined, failed("cut"), failed("gate")])
        guard case .failed(let error) = try store.lostCalls(of: run)[0].outcome else { throw CancellationError() }
        #expect(error.status == 500 && error.retryAfter == 1.5 && error.url == "http://x/v1" && !error.endsRun)
        #expect(error.refusedSetting == "temperature" && error.model == ModelName("scripted:task"))
    }
}
