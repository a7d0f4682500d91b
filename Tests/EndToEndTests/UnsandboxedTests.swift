import Foundation
import TestServer
import Testing
import TraceGraph

@Suite("optrace where there is no sandbox")
struct UnsandboxedTests {
    private func mood(_ program: Program, _ server: TestServer) throws -> Program {
        var program = program
        try MoodWorkflow.install(in: program)
        program.environment["OPTRACE_MODEL"] = "openai:small"
        program.environment["OPENAI_BASE_URL"] = "\(server.url)/v1"
        program.environment["OPENAI_API_KEY"] = "sk-marked-key-4711"
        return program
    }

    @Test("code of a model takes no effect, also where a function of the author would execute it")
    func nothingIsWritten() async throws {
        let program = try await Program().withoutSandbox()
        defer { program.remove() }
        let marker = program.folder.appending(path: "marker").path
        try SearchWorkflow.install(in: program, proposing: SearchWorkflow.marking(marker))

        // With the permission the code runs and leaves its file, so a file that is missing below means that it did not.
        let learnt = try await program.run("optimize", "search.yaml", "--allow-unsandboxed")
        #expect(learnt.status == 0, "\(learnt.error)")
        #expect(FileManager.default.fileExists(atPath: marker))
        try FileManager.default.removeItem(atPath: marker)

        let seed = try await program.run("run", "search.yaml", "-i", "query=red hats")
        #expect(seed.status == 0, "\(seed.error)")
        let run = try await program.run(
            "run", "search.yaml", "-i", "query=red hats", "--candidate", "latest:c1", "--cache", "off")
        // With the cache, results that were allowed to come about would answer, and nothing would run.
        let eval = try await program.run("eval", "search.yaml", "--candidate", "latest:c1", "--cache", "off")
        for ending in [run, eval] {
            #expect(ending.status == 1)
            #expect(ending.error.contains("apt install bubblewrap"), "\(ending.error)")
        }
        #expect(!FileManager.default.fileExists(atPath: marker), "code of a model ran")
        // What it came to when it was allowed to run is recorded; answering from that runs nothing.
        let kept = try await program.run("run", "search.yaml", "-i", "query=red hats", "--candidate", "latest:c1")
        #expect(!FileManager.default.fileExists(atPath: marker), "code of a model ran: \(kept.error)")
    }

    @Test("code stays as it is, which is said once, and the rest is optimized to the end")
    func restIsOptimized() async throws {
        let server = try TestServer.chat { chat in
            let system = chat.messages.first { $0.role == "system" }?.content ?? ""
            if !chat.prompt.hasPrefix("Day ") {
                return .text(
                    #"{"reasoning": "r", "suggestion": {"instruction": "\#(MoodWorkflow.better)", "tidy": "def tidy(reply):\n    return 'sunny'"}}"#
                )
            }
            guard system.contains("sunny or rainy") else { return "What a day that must have been!" }
            return .text(chat.prompt.contains("bright") ? " Sunny\n" : "RAINY")
        }
        defer { server.stop() }
        let program = try mood(try await Program().withoutSandbox(), server)
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--json")
        #expect(run.status == 0, "\(run.error)")
        let notes = run.error.split(separator: "\n").filter { $0.contains("stays as it is") }
        #expect(notes.count == 1, "\(run.error)")
        #expect(notes.first?.contains("tidy") == true && notes.first?.contains("apt install bubblewrap") == true)
        let last = try Value(json: String(run.lines.last ?? ""))
        #expect(last["verdict"] == "promote")
        #expect(last["parameters"]?.object?.names == ["instruction"])
        #expect(try await program.run("promote").status == 0)
        #expect(try program.read("tidy.py") == MoodWorkflow.tidy)
        #expect(try await program.run("validate", "mood.yaml").status == 0)
    }

    @Test("where nothing but code could be optimized, nothing is paid, and the remedy is told")
    func nothingLeft() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try mood(try await Program().withoutSandbox(), server)
        defer { program.remove() }
        let yaml = MoodWorkflow.yaml
            .replacingOccurrences(of: "{ kind: text, value: file://prompts/mood.md }", with: "X")
            .replacingOccurrences(of: "  instruction: X\n", with: "").replacingOccurrences(
                of: "$instruction", with: "Say")
        try program.write(yaml, to: "mood.yaml")
        let run = try await program.run("optimize", "mood.yaml")
        #expect(run.status == 1)
        #expect(run.error.contains("nothing to optimize here but code (tidy)"), "\(run.error)")
        #expect(run.error.contains("apt install bubblewrap") && run.error.contains("--allow-unsandboxed"))
        #expect(server.requests.isEmpty)
        // What does not touch the code needs no sandbox.
        #expect(try await program.run("eval", "mood.yaml").status == 0)
    }

    @Test("an optimizer that can change nothing in the file says so before anything is paid")
    func wrongOptimizer() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try mood(try Program(), server)
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--optimizer", "random")
        #expect(run.status == 1)
        #expect(run.error.contains("instruction (text)") && run.error.contains("tidy (code)"), "\(run.error)")
        #expect(server.requests.isEmpty)
    }

    @Test("doctor says the same")
    func doctor() async throws {
        var program = try await Program().withoutSandbox()
        defer { program.remove() }
        let run = try await program.run("doctor")
        #expect(run.status == 1)
        #expect(run.output.contains("apt install bubblewrap") && run.output.contains("code parameters as they are"))
        program.environment["OPTRACE_ALLOW_UNSANDBOXED"] = "1"
        #expect(try await program.run("doctor").output.contains("note  sandbox"))
    }
}
