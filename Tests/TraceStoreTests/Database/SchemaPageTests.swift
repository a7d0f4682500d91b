import Foundation
import GRDB
import LanguageModels
import Testing
import TraceGraph
import TraceStore

@Suite("docs/schema.md")
struct SchemaPageTests {
    static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/schema.md")

    static func queries() throws -> [String] {
        try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```sql\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
    }

    private func filled() throws -> TraceStore {
        let store = try TemporaryFolder().store()
        try store.completions.keep(SampleRun.reply, to: SampleRun.request, key: SampleRun.request.key)
        try store.completions.keep(SampleRun.answer, to: SampleRun.question, key: SampleRun.question.key)
        try store.completions.keep(SampleRun.answer, to: SampleRun.secondQuestion, key: SampleRun.secondQuestion.key)
        try store.completions.keep(SampleRun.judgement, to: SampleRun.judgeRequest, key: SampleRun.judgeRequest.key)
        try store.journal(
            SampleRun.record(), [SampleRun.baseline(), SampleRun.step()],
            SampleRun.conclusion(StoredRunsTests.verdict))
        return store
    }

    private func rows(_ query: String, in store: TraceStore) throws -> [Row] {
        try DatabaseQueue(path: store.path).read { try Row.fetchAll($0, sql: query) }
    }

    @Test("has queries that all run and all find something")
    func queries() throws {
        let store = try filled()
        let queries = try Self.queries()
        #expect(queries.count >= 10)
        for query in queries { #expect(try !rows(query, in: store).isEmpty, "\(query)") }
    }

    private func query(with word: String) throws -> String {
        try #require(try Self.queries().first { $0.contains(word) })
    }

    @Test("shows the prompt and the reply of any node of any step")
    func prompt() throws {
        let store = try filled()
        let row = try #require(try rows(query(with: "node_view"), in: store).last)
        #expect(row["candidate"] == "c3")
        #expect(row["prompt"] == "system: Be brief.\n\nuser: Route it.\n\nmy card is lost")
        #expect(row["reply"] == "cards")
    }

    @Test("shows what candidate c3 changed")
    func changes() throws {
        let store = try filled()
        let changes = try rows(query(with: "change_view"), in: store)
        #expect(changes.map { $0["parameter"] } == ["instruction"])
        #expect(changes.first?["old_value"] == "Route it.")
        #expect(changes.first?["new_value"] == "Route the message to one queue.")
        #expect(changes.first?["rationale"] == "say it clearly")
    }

    @Test("shows the failing examples of the best candidate")
    func failing() throws {
        let store = try filled()
        let failing = try rows(query(with: "is_best AND"), in: store)
        #expect(failing.map { $0["example"] } == ["e2"])
        #expect(failing.first?["output"] == "loans")
        #expect(failing.first?["feedback"] == "accuracy: expected cards")
    }

    @Test("shows what a judge was asked and what it answered")
    func judged() throws {
        let store = try filled()
        let rows = try rows(query(with: "scoring_view"), in: store)
        #expect(rows.count == 5)
        #expect(rows.allSatisfy { $0["prompt"] == "user: Is it polite?" && $0["reply"] == SampleRun.judgement.text })
    }

    @Test("shows the spend by model, the optimizer's and the judge's too")
    func spend() throws {
        let store = try filled()
        let spend = try rows(query(with: "spend_view"), in: store)
        #expect(spend.map { $0["model"] } == ["scripted:task", "scripted:judge", "scripted:optimizer"])
        #expect(spend.map { $0["purpose"] } == ["workflow", "scoring", "optimizer"])
        #expect(spend.map { $0["calls"] } == [5, 5, 2])
        #expect(spend.map { $0["unpriced"] } == [0, 0, 2])
    }

    @Test("names every table and view of the schema")
    func tables() throws {
        let store = try filled()
        let page = try String(contentsOf: Self.page, encoding: .utf8)
        let names = try rows(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'", in: store)
        for name in names.compactMap({ $0["name"] as String? }) {
            #expect(page.contains(name), "\(name) is not on the page")
        }
    }
}
