import GRDB
import LanguageModels
import Testing
import TraceGraph
import TraceStore

@Suite("Verifying")
struct VerificationTests {
    @Test(
        "notices what does not fit",
        arguments: [
            (#"UPDATE "values" SET content = 'forged' WHERE kind = 'text'"#, "is not what its hash says"),
            ("UPDATE completions SET key = replace(key, substr(key, 1, 1), 'g')", "does not belong to its request"),
            ("UPDATE nodes SET value = 999999", "rows of nodes name a value"),
            ("PRAGMA foreign_keys = OFF; DELETE FROM traces", "refers to one of traces that is not there"),
        ])
    func damage(sql: String, finding: String) throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        try store.completions.keep(SampleRun.reply, to: SampleRun.request, key: SampleRun.request.key)
        try store.save(SampleRun.trace(SampleRun.better), workflow: "w")
        #expect(try store.verify().isSound)
        try DatabaseQueue(path: folder.database).writeWithoutTransaction { try $0.execute(sql: sql) }
        let findings = try store.verify()
        #expect(!findings.isSound)
        #expect(findings.problems.contains { $0.contains(finding) }, "\(findings.problems)")
    }
}
