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
}
