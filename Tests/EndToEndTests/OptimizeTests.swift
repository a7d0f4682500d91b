import Foundation
import GRDB
import TestServer
import Testing
import TraceGraph

@Suite("optrace optimize")
struct OptimizeTests {
    /// A program with the workflow in its folder and a served model in its environment.
    func ready(_ server: TestServer) throws -> Program {
        var program = try Program()
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
            "OPENAI_API_KEY": "sk-marked-key-4711",
        ]
        return program
    }

    @Test("improves a workflow over a real server, promotes it, and writes it back")
    func improves() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }

        let run = try await program.run("optimize", "mood.yaml")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output.contains("PROMOTE"))
        #expect(run.output.contains("0.000 → 1.000"))
        #expect(run.output.contains("- \(MoodWorkflow.instruction)"))
        #expect(run.output.contains("+ \(MoodWorkflow.better)"))
        #expect(!run.output.contains("step 1"), "progress belongs to standard error")
        #expect(run.error.contains("step 1"))

        let dry = try await program.run("promote", "latest", "--dry-run")
        #expect(dry.status == 0, "\(dry.error)")
        #expect(try program.read("prompts/mood.md") == MoodWorkflow.instruction + "\n")
        let promotion = try await program.run("promote", "latest")
        #expect(promotion.status == 0, "\(promotion.error)")
        #expect(try program.read("prompts/mood.md") == MoodWorkflow.better + "\n")
        let eval = try await program.run("eval", "mood.yaml", "--threshold", "0.99")
        #expect(eval.status == 0, "\(eval.error)")
    }

    @Test("repeated with --cache only it makes no request and prints the same, byte for byte")
    func replays() async throws {
        let server = try MoodWorkflow.server()
        let program = try ready(server)
        defer { program.remove() }
        let first = try await program.run("optimize", "mood.yaml", "--json")
        #expect(first.status == 0, "\(first.error)")
        let requests = server.requests.count
        server.stop()
        var offline = program
        offline.environment["OPENAI_API_KEY"] = nil
        let second = try await offline.run("optimize", "mood.yaml", "--json", "--cache", "only")
        #expect(second.status == 0, "\(second.error)")
        #expect(second.error.contains("0 requests made"))
        #expect(first.error.contains("\(requests) requests made"))
        #expect(first.lines.dropLast() == second.lines.dropLast())
        let (a, b) = (try Value(json: String(first.lines.last ?? "")), try Value(json: String(second.lines.last ?? "")))
        #expect(a.withoutSeconds.json == b.withoutSeconds.json)
        #expect(a["event"] == "finished")
        #expect(a["verdict"] == "promote")
    }

    @Test("a second server behind the same model name is asked itself, and the first one's replies stay its own")
    func servers() async throws {
        let servers = [try TestServer.chat { _ in "sunny" }, try TestServer.chat { _ in "rainy" }]
        defer { servers.forEach { $0.stop() } }
        var program = try ready(servers[0])
        defer { program.remove() }
        for _ in 0..<2 {
            for (server, label) in zip(servers, ["sunny", "rainy"]) {
                program.environment["OPENAI_BASE_URL"] = "\(server.url)/v1"
                #expect(try await program.run("run", "mood.yaml", "-i", "sentence=x").output == "\(label)\n")
            }
        }
        #expect(servers.map(\.requests.count) == [1, 1])
    }

    @Test("a reply that was not recorded ends a replay with its own exit code")
    func misses() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--cache", "only")
        #expect(run.status == 103)
        #expect(server.requests.isEmpty)
    }

    @Test("the prompt and the reply of every node of every step can be found with SQL, and the key nowhere")
    func database() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        _ = try await program.run("optimize", "mood.yaml")
        let path = program.folder.appending(path: "cache/optrace.sqlite").path
        let queue = try DatabaseQueue(path: path)
        let query = "SELECT prompt, reply FROM node_view WHERE prompt IS NOT NULL AND example IS NOT NULL"
        let rows = try await queue.read { database in
            try Row.fetchAll(database, sql: query).map {
                (prompt: $0["prompt"] as String, reply: $0["reply"] as String)
            }
        }
        #expect(!rows.isEmpty)
        for row in rows {
            #expect(row.prompt.contains("Day "))
            #expect(!row.reply.isEmpty)
        }
        try queue.close()
        for file in try FileManager.default.subpathsOfDirectory(atPath: program.folder.path) {
            guard let bytes = FileManager.default.contents(atPath: program.folder.appending(path: file).path) else {
                continue
            }
            #expect(bytes.range(of: Data("sk-marked-key-4711".utf8)) == nil, "the key is in \(file)")
        }
    }

    @Test("stays within its call budget and still reaches a verdict; the last step's proposals wait")
    func budget() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--max-calls", "110", "--json")
        #expect(run.status == 0, "\(run.error)")
        #expect(server.requests.count <= 110)
        let last = try Value(json: String(run.lines.last ?? ""))
        #expect(last["verdict"] != .null)
    }

    @Test("--require-promotion exits with 101 when nothing was promoted")
    func required() async throws {
        let server = try TestServer.chat { chat in
            if chat.prompt.hasPrefix("Day ") { return "no idea" }
            return .text(
                #"{"reasoning": "hm", "suggestion": {"instruction": "Guess \#(chat.prompt.count) times."}}"#)
        }
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--steps", "1", "--require-promotion")
        #expect(run.status == 101, "\(run.error)")
        #expect(run.output.contains("KEEP"))
    }

    @Test("--dry-run asks nothing and says what the run takes and what the hold-out can decide")
    func dryRun() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--dry-run")
        #expect(run.status == 0, "\(run.error)")
        #expect(server.requests.isEmpty)
        #expect(run.output.contains("calls"))
        #expect(run.output.contains("gain of 10 points"))
        #expect(run.output.contains("guessed from the texts") && run.output.contains("has answered nothing yet"))

        let told = try Value(json: try await program.run("optimize", "mood.yaml", "--dry-run", "--json").output)
        let (least, most) = (told["calls"]?["least"]?.integer ?? 0, told["calls"]?["most"]?.integer ?? 0)
        #expect(server.requests.isEmpty)
        let spent = try Value(
            json: String(try await program.run("optimize", "mood.yaml", "--json").lines.last ?? ""))["spend"]
        let calls = try #require(spent?["calls"]?.integer)
        #expect(least <= calls && calls <= most, "\(least) to \(most) were forecast, \(calls) made")
        let later = try await program.run("optimize", "mood.yaml", "--dry-run", "--seed", "5")
        #expect(later.output.contains("recorded executions"))
        let small = try await program.run("optimize", "mood.yaml", "--dry-run", "--max-calls", "20")
        #expect(small.output.contains("warning  the cap of 20 calls"))
    }

    @Test("runs, candidates and traces can be listed and shown afterwards")
    func looked() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        _ = try await program.run("optimize", "mood.yaml")
        let runs = try await program.run("runs")
        #expect(runs.output.contains("mood-"))
        let shown = try await program.run("runs", "show")
        #expect(shown.output.contains("PROMOTE"))
        #expect(shown.output.contains("accepted"))
        let list = try await program.run("traces", "list", "--run", "latest", "--candidate", "c1", "--json")
        let first = try Value(json: String(list.lines.first ?? ""))
        let number = try #require(first["trace"]?.integer)
        let trace = try await program.run("traces", "show", "\(number)", "--calls")
        #expect(trace.status == 0, "\(trace.error)")
        for part in [MoodWorkflow.better, "tidy", "feedback", "tokens", "openai:small"] {
            #expect(trace.output.contains(part), "\(part) is missing in \(trace.output)")
        }
        let cache = try await program.run("cache", "verify")
        #expect(cache.output.contains("sound"))
    }
}
