import Foundation
import Subprocess
import TestServer
import Testing
import TraceGraph

@Suite("optrace traces export, runs export, traces delete")
struct ExportCommandTests {
    /// One trace of a workflow whose input would do harm where it is not taken for text.
    private func program() async throws -> Program {
        var program = try Program()
        program.environment["OPTRACE_MODEL"] = "scripted:script.yaml"
        try MoodWorkflow.install(in: program)
        try program.write("- reply: sunny\n", to: "script.yaml")
        let run = try await program.run(
            "run", "mood.yaml", "-i", "sentence=</svg><script>x</script> \u{1B}[31m \u{202E}\"; rm")
        #expect(run.status == 0, "\(run.error)")
        return program
    }

    @Test("every format is written by the name of the file, and dot takes its own")
    func formats() async throws {
        let program = try await program()
        defer { program.remove() }
        for name in [
            "t.html", "t.svg", "t.dot", "t.mmd", "t.chrome.json", "t.otlp.json", "t.pb", "t.tgj", "t.json", "t.jsonl",
            "t.csv", "t.md", "t.xml",
        ] {
            let export = try await program.run("traces", "export", "1", "-o", "out/\(name)")
            #expect(export.status == 0 && export.error.contains("trace 1 → out/\(name)"), "\(export.error)")
            #expect(export.output.isEmpty)
            let size =
                try FileManager.default.attributesOfItem(
                    atPath: program.folder.appending(path: "out/\(name)").path)[.size] as? Int
            #expect((size ?? 0) > 100, "\(name)")
        }
        let drawn = try await Subprocess.run(
            .name("dot"), arguments: ["-Tsvg"], input: .string(try program.read("out/t.dot"), using: UTF8.self),
            output: .string(limit: 1 << 22), error: .string(limit: 1 << 16))
        #expect(drawn.terminationStatus.isSuccess, "\(drawn.standardError)")
        #expect(drawn.standardOutput.contains("instruction"))
        let page = try program.read("out/t.html")
        #expect(!page.contains("<script") && page.contains("&lt;script&gt;"))

        let printed = try await program.run("traces", "export", "1", "-o", "-", "--format", "json")
        #expect(try Value(json: printed.output)["schema"] == "optrace.trace.v1")
        let unknown = try await program.run("traces", "export", "1", "-o", "t.zip")
        #expect(unknown.status == 64 && unknown.error.contains("--format"), "\(unknown.error)")
        let missing = try await program.run("traces", "export", "99", "-o", "t.svg")
        #expect(missing.status == 1 && missing.error.contains("there is no trace 99"))
    }

    @Test("what was exported is imported with the example it was run on, its part of the data and its score")
    func imported() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try MoodWorkflow.program(asking: server)
        defer { program.remove() }
        let evaluation = try await program.run("eval", "mood.yaml", "--split", "validation", "--limit", "1")
        #expect(evaluation.status == 0, "\(evaluation.error)")
        let told = ["example", "fields", "split", "score", "candidate", "workflow", "outcome", "nodes"]
        let before = try Value(json: try await program.run("traces", "show", "1", "--json").output)
        for name in ["t.pb", "t.otlp.json", "t.tgj"] {
            _ = try await program.run("traces", "export", "1", "-o", name)
            let database = "\(name).sqlite"
            let kind = name == "t.tgj" ? "tgj" : "otlp"
            let read = try await program.run("import", kind, name, "--database", database)
            #expect(read.status == 0 && !read.error.contains("note:"), "\(read.error)")
            let shown = try await program.run("traces", "show", "1", "--json", "--database", database)
            let after = try Value(json: shown.output)
            for field in told { #expect(after[field] == before[field], "\(field) of \(name)") }
            #expect(before["fields"]?.object?.isEmpty == false && before["split"] == "validation")
        }
    }

    @Test("the waterfall has a row an operation and stays within 80 columns, without colour when piped")
    func waterfall() async throws {
        let program = try await program()
        defer { program.remove() }
        let shown = try await program.run("traces", "show", "1", "--waterfall")
        #expect(shown.status == 0, "\(shown.error)")
        #expect(shown.output.contains("mood:0") && shown.output.contains("█"))
        #expect(shown.lines.allSatisfy { $0.count <= 80 } && !shown.output.contains("\u{1B}"), "\(shown.output)")
    }

    @Test("deleting says how many, deletes nothing when a number is wrong, and needs to be told which")
    func deletion() async throws {
        let program = try await program()
        defer { program.remove() }
        _ = try await program.run("run", "mood.yaml", "-i", "sentence=second")
        let vague = try await program.run("traces", "delete")
        #expect(vague.status == 64 && vague.error.contains("--all"))
        let wrong = try await program.run("traces", "delete", "1", "77")
        #expect(wrong.status == 1 && wrong.error.contains("77"))
        let plan = try await program.run("traces", "delete", "--all", "--dry-run")
        #expect(plan.output == "would delete 2 traces\n")
        let one = try await program.run("traces", "delete", "1", "--json")
        #expect(try Value(json: one.output)["deleted"] == 1)
        let left = try await program.run("traces", "list", "--json")
        #expect(left.lines.count == 1)
    }
}
