import Foundation
import GRDB
import TestServer
import Testing
import TraceGraph

/// Runs in which calls failed for good, made again from what is recorded.
@Suite("optrace --cache only after failures", .timeLimit(.minutes(10)))
struct RepeatedFailureTests {
    private func ready(_ server: TestServer) throws -> Program {
        var program = try Program()
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
            "OPENAI_API_KEY": EchoWorkflow.key, "OPTRACE_RETRIES": "1", "OPTRACE_RETRY_DELAY": "0.002s",
        ]
        return program
    }

    @Test(
        "comes to the identical end without a request: refused, broken and declined calls are what they were",
        arguments: [[], ["--max-calls", "120"], ["--max-tokens", "3000"]])
    func identical(_ options: [String]) async throws {
        let server = try MoodWorkflow.server(isUnwell: true)
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let first = try await program.run(["optimize", "mood.yaml", "--json"] + options)
        let wanted = try first.events()
        #expect(first.status == (options.isEmpty ? 0 : 102), "\(first.error)")
        #expect(wanted.contains { $0["event"] == "failed" }, "\(first.output)")
        let asked = server.requests.count
        for _ in 0..<2 {
            let again = try await program.run(["optimize", "mood.yaml", "--json", "--cache", "only"] + options)
            #expect(again.status == first.status, "\(again.error)")
            #expect(try again.events() == wanted)
        }
        #expect(server.requests.count == asked)
        let resumed = try await program.run("optimize", "--resume", "latest", "--json")
        #expect(try resumed.events() == wanted, "\(resumed.error)")
        #expect(server.requests.count == asked)
        // In mode `use` it is another attempt: what failed may succeed now.
        _ = try await program.run(["optimize", "mood.yaml", "--json"] + options)
        #expect(server.requests.count > asked)
    }

    @Test("a result of code that nobody recorded is a miss, and one that failed fails again")
    func code() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let tidy = """
            def tidy(reply: str) -> str:
                if "What" in reply:
                    raise ValueError("no mood in it")
                return reply.strip().lower()

            """
        try program.write(tidy, to: "tidy.py")
        let first = try await program.run("optimize", "mood.yaml", "--json")
        #expect(first.status == 0, "\(first.error)")
        let asked = server.requests.count
        let again = try await program.run("optimize", "mood.yaml", "--json", "--cache", "only")
        #expect(try again.events() == (try first.events()), "\(again.error)")
        // What the traces of the run use stays.
        let cleared = try await program.run("cache", "clear")
        #expect(cleared.status == 0, "\(cleared.error)")
        #expect(try await program.run("optimize", "mood.yaml", "--cache", "only").status == 0)
        // Results of code are gone; replies are not.
        try await DatabaseQueue(path: program.folder.appending(path: "cache/optrace.sqlite").path).write {
            try $0.execute(sql: "DELETE FROM node_results")
        }
        let missing = try await program.run("optimize", "mood.yaml", "--cache", "only")
        #expect(missing.status == 103, "\(missing.error)")
        #expect(missing.error.contains("no recorded result of a code step"), "\(missing.error)")
        #expect(try await program.run("optimize", "mood.yaml").status == 0)
        #expect(try await program.run("optimize", "mood.yaml", "--cache", "only").status == 0)
        #expect(server.requests.count == asked)
    }
}
