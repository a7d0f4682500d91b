import Foundation
import GRDB
import LanguageModels
import TestFuzzing
import Testing
import TraceGraph

@testable import TraceStore

/// Databases that somebody has edited, or a disk has spoilt: read, or refused as unreadable; never a crash.
@Suite("Fuzzed databases", .timeLimit(Fuzz.patience)) struct StoreFuzzTests {
    private func filled(_ folder: TemporaryFolder) throws -> (columns: [(table: String, column: String)], runs: [Int]) {
        let store = try folder.store()
        for (request, reply) in [
            (SampleRun.request, SampleRun.reply), (SampleRun.question, SampleRun.answer),
            (SampleRun.secondQuestion, SampleRun.answer), (SampleRun.judgeRequest, SampleRun.judgement),
        ] { try store.completions.keep(reply, to: request, key: request.key) }
        try store.journal(
            SampleRun.record(), [SampleRun.baseline(), SampleRun.step()],
            SampleRun.conclusion(StoredRunsTests.verdict))
        let runs = try store.runs().map(\.id)
        try store.close()
        // One file, so that a copy of it is a copy of everything.
        try DatabaseQueue(path: folder.database).writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let columns = try DatabaseQueue(path: folder.database).write { database in
            let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
            return try tables.flatMap { table in
                try Row.fetchAll(database, sql: "SELECT name FROM pragma_table_info('\(table)')").map {
                    (table, $0["name"] as String)
                }
            }
        }
        return (columns, runs)
    }

    /// Reads everything there is, whatever fails.
    private func readAll(_ path: String, runs: [Int]) -> [any Error] {
        var errors: [any Error] = []
        func attempt<Result>(_ body: () throws -> Result) -> Result? {
            do {
                return try body()
            } catch {
                errors.append(error)
                return nil
            }
        }
        guard let store = attempt({ try TraceStore(path: path, clock: .fixed) }) else { return errors }
        _ = attempt { try store.runs() }
        _ = attempt { try store.run(named: "latest") }
        for run in runs {
            _ = attempt { try store.candidates(of: run) }
            _ = attempt { try store.events(of: run) }
            _ = attempt { try store.notes(of: run) }
            _ = attempt { try store.optimizerState(of: run) }
            _ = attempt { try store.winner(of: run) }
        }
        _ = attempt { try store.evaluations(.all) }
        for summary in attempt({ try store.traces() }) ?? [] { _ = attempt { try store.trace(id: summary.id) } }
        for request in [SampleRun.request, SampleRun.question, SampleRun.judgeRequest] {
            _ = attempt { try store.completions.reply(for: request.key) }
        }
        _ = attempt { try store.statistics() }
        _ = attempt { try store.verify() }
        _ = attempt { try store.close() }
        return errors
    }

    @Test("a column that holds something else") func columns() throws {
        let folder = try TemporaryFolder()
        let (columns, runs) = try filled(folder)
        let sound = try Data(contentsOf: URL(filePath: folder.database))
        var mutator = Mutator(
            corpus: [
                #"{"a": [1, "x"]}"#, "2026-01-02T03:04:05.678Z", "completed", #"{"$number": "nan"}"#, "number", "-1",
                "7",
            ],
            words: ["{", "}", "$object", "$bytes", ":", "\"", "Z", ".", "failed", "operation", "text"], seed: 15)
        for number in Fuzz.cases(160) {
            let copy = try TemporaryFolder()
            try sound.write(to: URL(filePath: copy.database))
            let (table, column) = columns[number % columns.count]
            let bytes = mutator.input()
            let value: any DatabaseValueConvertible =
                switch mutator.below(4) {
                case 0: [Int64.min, -1, 0, 3, 1 << 40, .max][mutator.below(6)]
                case 1: [1e300, -0.5, .infinity][mutator.below(3)]
                case 2: Data(bytes)
                default: String(decoding: bytes, as: UTF8.self)
                }
            try DatabaseQueue(path: copy.database).write { database in
                // The tables are strict, and refuse most of it by themselves.
                try database.execute(sql: "PRAGMA ignore_check_constraints = 1; PRAGMA foreign_keys = 0")
                try? database.execute(sql: "UPDATE \"\(table)\" SET \"\(column)\" = ?", arguments: [value])
            }
            for error in readAll(copy.database, runs: runs) {
                #expect(error is StoreError, "\(table).\(column): \(error)")
                #expect((error as? StoreError)?.message.isEmpty == false)
            }
            try FileManager.default.removeItem(at: copy.url)
        }
    }

    @Test("a file with other bytes in it") func pages() throws {
        let folder = try TemporaryFolder()
        let (_, runs) = try filled(folder)
        let sound = try Data(contentsOf: URL(filePath: folder.database))
        var mutator = Mutator(corpus: ["x"], words: [], seed: 16)
        for _ in Fuzz.cases(60) {
            var bytes = sound
            for _ in 0...mutator.below(8) {
                let place = mutator.below(bytes.count)
                let count = min(bytes.count - place, 1 + mutator.below(mutator.below(4) == 0 ? 3000 : 6))
                for offset in place..<(place + count) { bytes[offset] = UInt8(mutator.below(256)) }
            }
            if mutator.below(8) == 0 { bytes = bytes.prefix(mutator.below(bytes.count)) }
            let copy = try TemporaryFolder()
            try bytes.write(to: URL(filePath: copy.database))
            for error in readAll(copy.database, runs: runs) { #expect(error is StoreError, "\(error)") }
            try FileManager.default.removeItem(at: copy.url)
        }
    }

    @Test("stored JSON is read, or said not to be JSON") func json() {
        let corpus = [#"{"$object": [["$bytes", "x"]]}"#, #"{"$number": "nan"}"#, #"[{"a": {"$number": "inf"}}, 1e5]"#]
        let words = ["{", "}", "[", "]", "\"$object\"", "\"$number\"", "\"$bytes\"", ":", ",", "\"-inf\""]
        Fuzz.run("stored", 3_000, Mutator(corpus: corpus, words: words, seed: 17)) { bytes, _ in
            do throws(StoreError) {
                let value = try StoredJSON.value(of: String(decoding: bytes, as: UTF8.self))
                _ = try StoredJSON.text(of: value)
            } catch {
                #expect([.unreadable, .unstorable].contains(error.code))
            }
        }
    }
}
