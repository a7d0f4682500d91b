import TestServer
import Testing
import TraceGraph

@Suite("optrace replay")
struct ReplayTests {
    /// A program with one trace of a sentence, recorded from `server`.
    private func recorded(_ server: TestServer) async throws -> Program {
        var program = try Program()
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1", "OPENAI_API_KEY": "sk-none",
        ]
        let run = try await program.run("run", "mood.yaml", "-i", "sentence=Day 0 was bright and warm.")
        try #require(run.status == 0, "\(run.error)")
        return program
    }

    private func json(_ ending: Program.Ending) throws -> Value {
        #expect(ending.status == 0, "\(ending.error)")
        return try Value(json: ending.output)
    }

    @Test(
        "only what follows from a change runs; what was reused and what came of it is told, and the new trace is kept")
    func changes() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try await recorded(server)
        defer { program.remove() }
        let asked = server.requests.count

        let same = try json(await program.run("replay", "1", "--json"))
        #expect(same["reused"]?.list?.count == 3 && same["ran"] == [])
        #expect(same["before"] == same["after"] || same["before"]?["output"] == same["after"]?["output"])
        #expect(same["trace"] == 2 && same["rerun_of"] == 1)

        let set = try json(await program.run("replay", "1", "--set", "reply= Rainy ", "--json"))
        #expect(set["ran"] == ["mood:0"])
        #expect(set["after"]?["output"] == "rainy")
        #expect(server.requests.count == asked, "a node that is given a value asks nobody")

        let better = try await program.run("replay", "1", "--set", "instruction=\(MoodWorkflow.better)")
        #expect(better.status == 0, "\(better.error)")
        #expect(better.output.contains("reused 0 of 3 operations; ran: reply_prompt:0, reply:0, mood:0"))
        #expect(better.output.contains("+ sunny"), "\(better.output)")
        #expect(better.error.contains("optrace traces diff 1 4"))
        #expect(server.requests.count == asked + 1)

        let hinted = try json(
            await program.run("replay", "1", "--hint", "reply=Say sunny or rainy.", "--repetition", "1", "--json"))
        #expect(hinted["reused"] == ["reply_prompt:0"])
        let last = try #require(server.requests.last)
        #expect(String(decoding: last.body, as: UTF8.self).contains("Say sunny or rainy."))

        let diff = try await program.run("traces", "diff", "1", "4")
        #expect(diff.output.contains("~ instruction:0"))
        let verified = try await program.run("cache", "verify")
        #expect(verified.status == 0 && verified.output.contains("results"), "\(verified.error)")
    }

    @Test("from recorded replies alone it asks nobody, and a miss exits with 103")
    func recordedOnly() async throws {
        let server = try MoodWorkflow.server()
        let program = try await recorded(server)
        defer { program.remove() }
        server.stop()
        let anew = try await program.run("replay", "1", "--anew", "reply", "--cache", "only")
        #expect(anew.status == 0, "\(anew.error)")
        #expect(anew.output.contains("ran: reply:0"))
        let other = try await program.run("replay", "1", "--set", "instruction=Other.", "--cache", "only")
        #expect(other.status == 103, "\(other.error)")
        #expect(other.error.contains("no recorded reply"))
    }

    @Test("mistakes are told with what there is")
    func mistakes() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try await recorded(server)
        defer { program.remove() }
        for (arguments, words) in [
            (["replay", "9"], "there is no trace 9"),
            (["replay", "1", "--set", "nothing=1"], "it has: sentence:0, instruction:0"),
            (["replay", "1", "--hint", "mood=x"], "the steps that ask a model are: reply"),
            (["replay", "1", "--anew", "sentence"], "no operation"),
            (["replay", "1", "--set", "reply"], "no name=value"),
            (["replay", "1", "--workflow", "none.yaml"], "none.yaml"),
        ] {
            let ending = try await program.run(arguments)
            #expect(ending.status != 0)
            #expect(ending.error.contains(words), "\(arguments): \(ending.error)")
        }
    }

    @Test("code that ran once is answered by the next run, until the cache is cleared")
    func codeResults() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try await recorded(server)
        defer { program.remove() }
        let stats = try json(await program.run("cache", "stats", "--json"))
        #expect(stats["results"] == 1 && stats["completions"] == 1)
        let eval = try await program.run("eval", "mood.yaml", "--json")
        #expect(eval.status == 0 || eval.status == 100, "\(eval.error)")
        let cleared = try await program.run("cache", "clear", "--force")
        #expect(cleared.output.contains("replies and"), "\(cleared.output)")
        let empty = try json(await program.run("cache", "stats", "--json"))
        #expect(empty["results"] == 0 && empty["completions"] == 0)
    }
}
