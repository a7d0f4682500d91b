import Foundation
import Synchronization
import TestServer
import Testing
import TraceGraph

/// Steps that come to something else each time: a run that is gone on with has to see what it saw, and no other run may.
@Suite("optrace with steps that keep nothing", .timeLimit(.minutes(10)))
struct OwnResultTests {
    /// A server that says how often it has told the same before. Once set, no request from a certain one on is answered.
    private final class Facts: Sendable {
        private let state = Mutex((seen: 0, holdsFrom: Int.max, told: [String: Int]()))
        let release = TestSignal()

        func answer(_ request: TestRequest) -> TestResponse {
            let told: Int? = state.withLock { state in
                state.seen += 1
                guard state.seen < state.holdsFrom else { return nil }
                defer { state.told[request.text, default: 0] += 1 }
                return state.told[request.text, default: 0]
            }
            guard let told else { return TestResponse.json("\"late\"").held(until: release) }
            return .json("\"told \(told)\"")
        }

        func hold(from number: Int) { state.withLock { $0.holdsFrom = number } }

        /// Lets go of what is held, and has never told anything.
        func begin() { state.withLock { ($0.holdsFrom, $0.told) = (.max, [:]) } }
    }

    /// The step `facts` as a request, or as a program that makes one.
    private func step(_ kind: String, asking server: TestServer) -> String {
        if kind == "http" {
            return """
                http: "\(server.url)/facts"
                body: { day: $sentence, wording: $instruction }
                cache: false
                """
        }
        return """
            command: [python3, -c, "import sys, urllib.request as r; print(r.urlopen('\(server.url)', sys.stdin.buffer.read()).read().decode())"]
            stdin: "{{sentence}} {{instruction}}"
            output: json
            """
    }

    /// A model that is at a loss where it was told before.
    private func model() throws -> TestServer {
        try TestServer.chat { chat in
            chat.prompt.hasPrefix("Day ") && !chat.prompt.contains("told 0") ? "Again?" : MoodWorkflow.reply(to: chat)
        }
    }

    @Test(
        "killed, a run asks for nothing again that was answered, and goes on to the identical end",
        arguments: [("http", 2), ("http", 47), ("command", 21)])
    func killed(kind: String, at number: Int) async throws {
        let model = try model()
        let facts = Facts()
        let server = try TestServer { facts.answer($0) }
        defer {
            facts.release.fire()
            model.stop()
            server.stop()
        }
        func ready() throws -> Program {
            var program = try MoodWorkflow.program(asking: model)
            try program.write(MoodWorkflow.yaml(told: step(kind, asking: server)), to: "mood.yaml")
            // One at a time: at the kill the held request alone is in flight.
            program.environment["OPTRACE_CONCURRENCY"] = "1"
            return program
        }
        let whole = try ready()
        defer { whole.remove() }
        let wanted = try await whole.run("optimize", "mood.yaml", "--json").events()
        #expect(wanted.last?["verdict"] == "promote", "\(wanted)")
        let asked = (model.requests.count, server.requests.count)

        let program = try ready()
        defer { program.remove() }
        facts.begin()
        facts.hold(from: asked.1 + number)
        let killed = try await program.run(["optimize", "mood.yaml", "--json"]) { running in
            await server.received(asked.1 + number)
            running.kill()
            await running.ends()
        }
        #expect(killed.status == -9, "\(killed.error)")
        facts.hold(from: .max)
        facts.release.fire()
        let resumed = try await program.run("optimize", "--resume", "latest", "--json")
        #expect(try resumed.events().last == wanted.last, "\(resumed.error)")
        #expect(model.requests.count == 2 * asked.0)
        #expect(server.requests.count == 2 * asked.1 + 1, "the one in flight is asked for once more")

        for again in [["mood.yaml", "--cache", "only"], ["--resume", "latest"]] {
            let ending = try await program.run(["optimize", "--json"] + again)
            #expect(try ending.events().last == wanted.last, "\(again): \(ending.error)")
        }
        #expect(server.requests.count == 2 * asked.1 + 1)
        // Another attempt sees something else.
        let anew = try await program.run("optimize", "mood.yaml", "--json")
        #expect(anew.status == 0, "\(anew.error)")
        #expect(server.requests.count > 2 * asked.1 + 1)
        #expect(try anew.events().last?["scores"] != wanted.last?["scores"])
    }

    @Test("results of code, and failures, that are another one each time are those of the run when it is made again")
    func code() async throws {
        let model = try MoodWorkflow.server()
        defer { model.stop() }
        let program = try MoodWorkflow.program(asking: model)
        defer { program.remove() }
        let tidy = """
            import random

            def tidy(reply: str) -> str:
                if random.random() < 0.2:
                    raise ValueError(f"bad luck {random.random()}")
                return f"{reply.strip().lower()} {random.randint(0, 1)}"

            """
        try program.write(tidy, to: "tidy.py")
        let yaml = MoodWorkflow.yaml.replacing(
            "with: { reply: $reply } }", with: "with: { reply: $reply }, cache: false }"
        )
        .replacing("exact_match: $expected", with: "contains: $expected")
        try program.write(yaml, to: "mood.yaml")
        let first = try await program.run("optimize", "mood.yaml", "--json")
        let wanted = try first.events()
        #expect(first.status == 0, "\(first.error)")
        #expect(wanted.contains { $0["event"] == "failed" }, "\(first.output)")
        for again in [["--resume", "latest"], ["mood.yaml", "--cache", "only"], ["--resume", "latest"]] {
            let ending = try await program.run(["optimize", "--json"] + again)
            #expect(try ending.events() == wanted, "\(again): \(ending.error)")
        }
        let anew = try await program.run("optimize", "mood.yaml", "--json")
        #expect(try anew.events() != wanted)
        // Outside of a run nothing is kept.
        #expect(try await program.run("eval", "mood.yaml").status == 0)
        #expect(try await program.run("eval", "mood.yaml", "--cache", "only").status == 103)
        #expect(try await program.run("cache", "verify").status == 0)
    }
}
