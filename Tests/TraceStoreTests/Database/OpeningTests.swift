import Foundation
import GRDB
import LanguageModels
import Testing
import TraceGraph
import TraceStore

@Suite("Opening a store")
struct OpeningTests {
    @Test("creates the file and the folders it is in")
    func creating() throws {
        let folder = try TemporaryFolder()
        let store = try TraceStore(path: folder.path("a/b/optrace.sqlite"))
        #expect(try store.runs().isEmpty)
        let settings = try DatabaseQueue(path: store.path).read { database in
            try [
                String.fetchOne(database, sql: "PRAGMA journal_mode"),
                String.fetchOne(database, sql: "PRAGMA user_version"),
                String.fetchOne(database, sql: "PRAGMA application_id"),
            ]
        }
        #expect(settings == ["wal", "6", "\(0x4F50_5452)"])
    }

    @Test("brings a file of the version before up to date, with all that is in it")
    func migration() throws {
        let folder = try TemporaryFolder()
        let trace = try SampleRun.trace(SampleRun.better)
        let store = try folder.store()
        let id = try store.save(trace, workflow: "triage")
        try store.close()
        try DatabaseQueue(path: folder.database).write { database in
            try database.execute(
                sql: """
                    DROP TABLE preferences; DROP TABLE hidden_inputs; ALTER TABLE steps DROP COLUMN lost_calls;
                    PRAGMA user_version = 3
                    """)
        }
        let again = try folder.store()
        #expect(try again.trace(id: id).account == trace.account)
        var generated = GeneratedTrace(seed: 2)
        let later = try (0..<8).map { _ in try generated.trace() }.first { !$0.hiddenInputs.isEmpty }
        let newer = try #require(later)
        #expect(try again.trace(id: again.save(newer, workflow: "w")).account == newer.account)
        #expect(try again.verify().problems == [])
    }

    @Test("is safe for two at once on a new file")
    func together() async throws {
        let folder = try TemporaryFolder()
        let path = folder.database
        let trace = try SampleRun.trace(SampleRun.better)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<4 {
                group.addTask {
                    let store = try TraceStore(path: path)
                    for _ in 0..<5 { try store.save(trace, workflow: "\(index)") }
                }
            }
            try await group.waitForAll()
        }
        let store = try folder.store()
        #expect(try store.traces().count == 20)
        #expect(try store.verify().problems == [])
    }

    @Test("a folder is refused")
    func folder() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: StoreError.self) { try TraceStore(path: folder.url.path) }
        #expect(error?.code == .cannotOpen)
        #expect(error?.message.contains("is a folder; name a file in it") == true)
    }

    @Test("where no folder can be created is refused")
    func noFolder() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: folder.url.appendingPathComponent("file"))
        expect(.cannotOpen) { try TraceStore(path: folder.path("file/optrace.sqlite")) }
    }

    @Test("a file that is no database is refused and left alone")
    func noDatabase() throws {
        let folder = try TemporaryFolder()
        let content = Data(String(repeating: "This is a letter, not a database. ", count: 100).utf8)
        try content.write(to: URL(fileURLWithPath: folder.database))
        let error = #expect(throws: StoreError.self) { try folder.store() }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("name another file") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database)) == content)
    }

    @Test("another program's database is refused and left alone")
    func foreign() throws {
        let folder = try TemporaryFolder()
        try DatabaseQueue(path: folder.database).write { try $0.execute(sql: "CREATE TABLE recipes (name TEXT)") }
        let content = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        expect(.foreignDatabase) { try folder.store() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database)) == content)
    }

    @Test("a newer version's database is refused with the remedy")
    func newer() throws {
        let folder = try TemporaryFolder()
        try folder.store().close()
        try DatabaseQueue(path: folder.database).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        let error = #expect(throws: StoreError.self) { try folder.store() }
        #expect(error?.code == .newerVersion)
        #expect(error?.message.contains("has schema 99") == true)
        #expect(error?.message.contains("use the newer version") == true)
    }

    @Test("a damaged file is reported as such")
    func damaged() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let traces = try (0..<50).map { try SampleRun.trace(SampleRun.better, reply: "\($0)") }
        let ids = try traces.map { try store.save($0, workflow: "w") }
        try store.close()
        let file = URL(fileURLWithPath: folder.database)
        var content = try Data(contentsOf: file)
        for place in 4096..<content.count { content[place] = 0xA5 }
        try content.write(to: file)
        expect(.corrupt) {
            let store = try folder.store()
            for id in ids { _ = try store.trace(id: id) }
        }
    }

    @Test(
        "a watch on a file that nobody was to write to tells when somebody does, and does not go on as if nothing were")
    func archiveWritten() throws {
        let folder = try TemporaryFolder()
        try folder.store().close()
        let source = URL(fileURLWithPath: folder.database).absoluteString + "?immutable=1"
        let watch = try StoreWatch(
            path: folder.database, source: source, archive: ArchivedFile(folder.database))
        let known = try watch.version()
        #expect(try watch.version() == known)
        let writer = try folder.store()
        try writer.save(try SampleRun.trace(SampleRun.better), workflow: "triage")
        let error = #expect(throws: StoreError.self) { try watch.version() }
        #expect(error?.message.hasSuffix("somebody writes it now; open it again") == true)
    }

    @Test("without the right to write is refused", .enabled(if: geteuid() != 0, "root may write anything"))
    func readOnly() throws {
        let folder = try TemporaryFolder()
        try folder.store().close()
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.database)
        let error = #expect(throws: StoreError.self) { try folder.store() }
        #expect(error?.code == .readOnly)
        #expect(error?.message.contains("chmod u+w") == true)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.database)
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.url.path)
        expect(.readOnly) { try folder.store() }
        expect(.cannotOpen) { try TraceStore(path: folder.path("new.sqlite")) }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
    }

    @Test("after it was closed nothing works, and says so")
    func closed() throws {
        let store = try TemporaryFolder().store()
        try store.close()
        #expect(throws: StoreError.self) { try store.runs() }
        #expect(throws: StoreError.self) { try store.completions.reply(for: SampleRun.request.key) }
    }
}
