import Foundation
import GRDB
import LanguageModels
import Optimization
import Testing
import TraceGraph
import TraceStore

@Suite("After a process is killed")
struct KillSafetyTests {
    /// The database as a killed process leaves it: the files as they are at that moment, nothing closed.
    private func remains(of folder: TemporaryFolder) throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.database + suffix, toPath: copy.database + suffix)
        }
        return copy
    }

    @Test("everything that was committed is there")
    func committed() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        try store.completions.keep(SampleRun.reply, to: SampleRun.request, key: SampleRun.request.key)
        try store.journal(SampleRun.record(), [SampleRun.baseline(), SampleRun.step()])
        let found = try remains(of: folder).store()
        #expect(try found.completions.reply(for: SampleRun.request.key)?.text == SampleRun.reply.text)
        let run = try found.run(named: "latest")
        #expect(run.steps == 2)
        #expect(run.status == nil)
        #expect(run.spend == (try SampleRun.step().spend))
        #expect(try found.verify().problems == [])
        try store.close()
    }

    @Test("nothing of a transaction under way is there, and the next attempt begins")
    func underWay() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        try store.journal(SampleRun.record(), [SampleRun.baseline()])
        let left = try DatabaseQueue(path: folder.database).writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA cache_size = 1; BEGIN IMMEDIATE")
            // More than the cache holds, so that pages of it are on disk before the commit.
            for index in 0..<500 {
                try database.execute(
                    sql: "INSERT INTO notes (run, step, position, kind, text) VALUES (1, 5, ?, 'remark', ?)",
                    arguments: [index, String(repeating: "x", count: 4000)])
            }
            let left = try remains(of: folder)
            try database.execute(sql: "ROLLBACK")
            return left
        }
        let found = try left.store()
        #expect(try found.notes(of: 1).isEmpty)
        #expect(try found.run(named: "latest").steps == 1)
        #expect(try found.verify().problems == [])
        #expect(try found.journal(SampleRun.record()).label == "triage-1a2b3c4d#2")
        try store.close()
    }
}
