import Foundation
import Optrace
import Testing

@Suite("What an operation reads without receiving it")
struct HiddenInputTests {
    @Test("is kept in the database and shown by traces show")
    func shown() async throws {
        let program = try Program()
        defer { program.remove() }
        let trace = await Trace.record {
            let message = Traced("lost parcel", name: "message")
            let rules = Traced("be brief", name: "rules")
            return traced("answer", message) { text in "\(rules.value): \(text)" }
        }
        #expect(trace.hiddenInputs.count == 1)
        let store = try TraceStore(path: program.folder.appending(path: "library.sqlite").path)
        let id = try store.save(trace, workflow: "answers")
        try store.close()
        let shown = try await program.run("traces", "show", "\(id)", "--database", "library.sqlite")
        #expect(shown.output.contains("hidden input: reads rules:0 without receiving it"), "\(shown.error)")
        let json = try await program.run("traces", "show", "\(id)", "--database", "library.sqlite", "--json")
        #expect(try Value(json: json.output)["hidden_inputs"] == [["reader": "answer:0", "node": "rules:0"]])
    }
}
