import TestServer
import Testing
import TraceGraph

@Suite("optrace runs show, compare and export")
struct RunsCompareTests {
    @Test("the history, two candidates side by side, and the reports of one run")
    func run() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try MoodWorkflow.program(asking: server)
        defer { program.remove() }
        let optimization = try await program.run("optimize", "mood.yaml")
        #expect(optimization.status == 0, "\(optimization.error)")

        let show = try await program.run("runs", "show")
        #expect(show.output.contains("best so far") && show.output.contains("PROMOTE"), "\(show.output)")
        #expect(
            show.lines.filter { $0.hasPrefix("  validation") || $0.hasPrefix("  fate") }.allSatisfy { $0.count <= 80 })
        #expect(!show.output.contains("\u{1B}"))

        let compare = try await program.run("runs", "compare", "latest:c0", "latest")
        #expect(compare.status == 0, "\(compare.error)")
        #expect(compare.output.contains("validation 0.000 → 1.000"), "\(compare.output)")
        #expect(compare.output.contains("+ \(MoodWorkflow.better)") && compare.error.contains("optrace traces diff "))
        let json = try Value(json: try await program.run("runs", "compare", "latest:c0", "latest:c1", "--json").output)
        let differences = try #require(json["examples"]?.list).compactMap { $0["difference"]?.number }
        #expect(!differences.isEmpty && differences == differences.sorted())
        let back = try Value(json: try await program.run("runs", "compare", "latest:c1", "latest:c0", "--json").output)
        #expect(back["examples"]?.list?.compactMap { $0["difference"]?.number } == differences.map { -$0 }.sorted())
        let none = try await program.run("runs", "compare", "latest:c7", "latest")
        #expect(none.status == 64 && none.error.contains("it has: c0, c1"), "\(none.error)")

        for name in [
            "r.html", "r.svg", "r.dot", "r.mmd", "r.otlp.json", "r.pb", "r.json", "r.jsonl", "r.csv", "r.md", "r.xml",
        ] {
            let export = try await program.run("runs", "export", "latest", "-o", name)
            #expect(export.status == 0, "\(name): \(export.error)")
        }
        let page = try program.read("r.html")
        #expect(page.contains("PROMOTE") && page.contains(MoodWorkflow.better) && !page.contains("<script"))
        let refused = try await program.run("runs", "export", "latest", "-o", "r.chrome.json")
        #expect(refused.status == 64 && refused.error.contains("traces export"))
    }
}
