import Foundation
import GRDB
import TestServer
import Testing
import TraceGraph

/// Models that stand in for others, through the real program and two real endpoints.
@Suite("optrace with models that stand in for others", .timeLimit(.minutes(10)))
struct FallbackTests {
    /// `openai:small` at `first`, `ollama:spare` at `second`.
    func program(_ first: TestServer, _ second: TestServer) throws -> Program {
        var program = try EchoWorkflow.program(at: first.url)
        try program.write(
            EchoWorkflow.yaml.replacing("task: openai:small", with: "task: [openai:small, ollama:spare]"),
            to: "echo.yaml")
        program.environment["OLLAMA_HOST"] = second.url
        return program
    }

    /// A server that speaks as Ollama does, and repeats the word.
    func spare() throws -> TestServer {
        try TestServer { request in
            guard let chat = try? Value(json: request.body), let word = chat["messages"]?.list?.last?["content"] else {
                return .json(#"{"error":"what?"}"#, status: 400)
            }
            return .json(#"{"model":"spare","message":{"content":\#(word.json)},"done":true,"done_reason":"stop"}"#)
        }
    }

    @Test("the spare model answers what the first cannot, and that is recorded")
    func standIn() async throws {
        let first = try EchoWorkflow.server(.status(500), .oneWord)
        defer { first.stop() }
        let second = try spare()
        defer { second.stop() }
        let program = try program(first, second)
        defer { program.remove() }
        let run = try await program.run("eval", "echo.yaml", "--split", "all", "--json")
        #expect(run.status == 0, "\(run.error)")
        let whole = try Value(json: String(run.lines.last ?? ""))
        #expect(whole["score"]?.number == 1 && whole["failed"] == 0)
        #expect(run.error.contains("note: ollama:spare answers where openai:small fails"), "\(run.error)")
        #expect(second.requests.count == 1)
        let models = try await DatabaseQueue(path: program.folder.appending(path: "cache/optrace.sqlite").path).read {
            try String.fetchAll($0, sql: "SELECT model FROM model_calls ORDER BY model")
        }
        #expect(models == ["ollama:spare"] + Array(repeating: "openai:small", count: 7))

        // Everything is recorded: again, from the records alone, without an endpoint.
        first.stop()
        second.stop()
        let again = try await program.run("eval", "echo.yaml", "--split", "all", "--json", "--cache", "only")
        #expect(again.status == 0, "\(again.error)")
        let score = try Value(json: String(again.lines.last ?? ""))["score"]
        #expect(score?.number == 1)
    }

    @Test("a dead first endpoint costs one round of tries, not the run")
    func dead() async throws {
        let first = try EchoWorkflow.server(.closed, .once)
        first.stop()
        let second = try spare()
        defer { second.stop() }
        let program = try program(first, second)
        defer { program.remove() }
        let run = try await program.run("eval", "echo.yaml", "--split", "all", "--json")
        #expect(run.status == 0, "\(run.error)")
        let score = try Value(json: String(run.lines.last ?? ""))["score"]
        #expect(score?.number == 1)
        #expect(second.requests.count == 8)
    }

    @Test("nobody stands in for a model whose key is refused")
    func wrongKey() async throws {
        let first = try EchoWorkflow.server(.status(401), .always)
        defer { first.stop() }
        let second = try spare()
        defer { second.stop() }
        let program = try program(first, second)
        defer { program.remove() }
        let run = try await program.run("eval", "echo.yaml", "--split", "all")
        #expect(run.status == 1 && run.error.contains("check OPENAI_API_KEY"), "\(run.error)")
        #expect(second.requests.isEmpty)
    }

    @Test("a model chosen on the command line stands alone")
    func chosen() async throws {
        let first = try EchoWorkflow.server(.status(500), .always)
        defer { first.stop() }
        let second = try spare()
        defer { second.stop() }
        let program = try program(first, second)
        defer { program.remove() }
        let run = try await program.run("eval", "echo.yaml", "--split", "all", "--model", "task=openai:other")
        #expect(run.status == 1, "\(run.error)")
        #expect(second.requests.isEmpty)
    }
}
