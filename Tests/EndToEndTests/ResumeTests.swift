import Foundation
import Synchronization
import TestServer
import Testing
import TraceGraph

@Suite("optrace optimize --resume", .timeLimit(.minutes(10)))
struct ResumeTests {
    private func ready(_ server: TestServer) throws -> Program {
        var program = try Program()
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
            "OPENAI_API_KEY": "sk-marked-key-4711",
        ]
        return program
    }

    /// A server that answers no request from the `number`th on until it is released.
    private func server(holdingFrom number: Int, until release: TestSignal) throws -> TestServer {
        let count = Mutex(0)
        return try MoodWorkflow.server(holding: { _ in
            let isHeld = count.withLock { count in
                count += 1
                return count >= number
            }
            return isHeld ? release : nil
        })
    }

    /// The verdict, the best values, the scores and the name of the run, as its last line has them.
    private func end(_ ending: Program.Ending) throws -> [Value?] {
        let last = try Value(json: String(ending.lines.last ?? ""))
        return ["run", "status", "reason", "verdict", "best", "parameters", "scores"].map { last[$0] }
    }

    /// Starts a run with `arguments` and kills it at request 30.
    private func killed(_ program: Program, _ server: TestServer, _ arguments: [String]) async throws {
        let ending = try await program.run(["optimize", "mood.yaml", "--json"] + arguments) { running in
            await server.received(30)
            running.kill()
            await running.ends()
        }
        #expect(ending.status == -9, "\(ending.error)")
    }

    @Test("needs none of the flags, variables and addresses repeated, nor the folder")
    func elsewhere() async throws {
        let release = TestSignal()
        let server = try server(holdingFrom: 30, until: release)
        defer { server.stop() }
        var program = try ready(server)
        defer { program.remove() }
        program.environment["OPTRACE_SEED"] = "3"
        let arguments = ["--steps", "2", "--minibatch", "4", "--max-calls", "500", "--patience", "2"]
        try await killed(program, server, arguments)
        release.fire()

        var bare = try Program()
        defer { bare.remove() }
        bare.environment = ["OPENAI_API_KEY": "sk-marked-key-4711"]
        let database = program.folder.appending(path: "cache/optrace.sqlite").path
        let resumed = try await bare.run("optimize", "--resume", "latest", "--json", "--database", database)
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(!resumed.error.contains("note: O"))

        let whole = try await program.run(
            ["optimize", "mood.yaml", "--json", "--database", "other.sqlite"] + arguments, meanwhile: { _ in })
        #expect(try end(resumed) == (try end(whole)))
    }

    @Test("goes on as recorded where variables say something else, and says so")
    func otherVariables() async throws {
        let release = TestSignal()
        let server = try server(holdingFrom: 30, until: release)
        defer { server.stop() }
        var program = try ready(server)
        defer { program.remove() }
        try await killed(program, server, [])
        release.fire()
        program.environment["OPTRACE_MODEL"] = "openai:large"
        program.environment["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
        let resumed = try await program.run("optimize", "--resume", "latest", "--json")
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(resumed.error.contains("note: OPTRACE_MODEL is set to something else now"))
        #expect(resumed.error.contains("note: OPENAI_BASE_URL is set to something else now"))
        #expect(try Value(json: String(resumed.lines.last ?? ""))["verdict"] == "promote")
    }

    @Test(
        "refuses what contradicts the run, and says what it was",
        arguments: [
            (["--steps", "9"], "--steps 9 (it was 3)"),
            (["--model", "optimizer=openai:large"], "--model optimizer=openai:large (it was openai:small)"),
            (["--max-time", "5m"], "--max-time 300.0s (it was not given)"),
            (["--cache", "off"], "--cache off (it was use)"),
        ])
    func contradicted(options: [String], told: String) async throws {
        let release = TestSignal()
        let server = try server(holdingFrom: 30, until: release)
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        try await killed(program, server, [])
        // Whoever asked the server would wait for it in vain.
        let refused = try await program.run(["optimize", "--resume", "latest"] + options)
        #expect(refused.status == 64)
        #expect(refused.error.contains(told), "\(refused.error)")
        release.fire()
    }

    @Test("refuses to go on with changed data or a changed file, and says which")
    func changed() async throws {
        let release = TestSignal()
        let server = try server(holdingFrom: 30, until: release)
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        try await killed(program, server, [])
        release.fire()
        try program.write(MoodWorkflow.data.replacing("wet and grey", with: "grey and wet"), to: "mood.jsonl")
        try program.write("Say how it was.\n", to: "prompts/mood.md")
        let refused = try await program.run("optimize", "--resume", "latest")
        #expect(refused.status == 1)
        #expect(refused.error.contains("the data have changed"), "\(refused.error)")
        #expect(refused.error.contains("a file it names"), "\(refused.error)")
        #expect(refused.error.contains("start a run of its own: optrace optimize "))
    }

    @Test("of a living run is refused, and of a killed one is not")
    func living() async throws {
        let release = TestSignal()
        let server = try server(holdingFrom: 30, until: release)
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let first = try await program.run(["optimize", "mood.yaml", "--json"]) { running in
            await server.received(30)
            let refused = try await program.run("optimize", "--resume", "latest")
            #expect(refused.status == 1)
            #expect(refused.error.contains("is under way in another process"), "\(refused.error)")
            let shown = try await program.run("runs", "show", "latest")
            #expect(shown.output.contains("under way") && !shown.error.contains("--resume"))
            running.kill()
            await running.ends()
        }
        #expect(first.status == -9)
        let shown = try await program.run("runs", "show", "latest")
        #expect(shown.output.contains("its process was killed") && shown.error.contains("--resume"))

        // The one that takes it up is a living run in its turn, and so is what it took up.
        let second = try await program.run(["optimize", "--resume", "latest", "--json"]) { running in
            await server.received(server.requests.count + 1)
            for name in ["latest", "mood"] {
                let refused = try await program.run("optimize", "--resume", name)
                #expect(refused.error.contains("is under way in another process"), "\(refused.error)")
            }
            release.fire()
        }
        #expect(second.status == 0, "\(second.error)")
    }

    @Test("of a finished run tells its end again, and asks nothing")
    func finished() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let first = try await program.run("optimize", "mood.yaml", "--json")
        let asked = server.requests.count
        let again = try await program.run("optimize", "--resume", "latest", "--json")
        #expect(again.status == 0 && again.error.contains("has finished"), "\(again.error)")
        #expect(try end(again) == (try end(first)))
        #expect(server.requests.count == asked)
    }

    @Test("has nothing to go on from where no reply was kept")
    func kept() async throws {
        let release = TestSignal()
        let server = try server(holdingFrom: 30, until: release)
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        try await killed(program, server, ["--cache", "off"])
        release.fire()
        let refused = try await program.run("optimize", "--resume", "latest")
        #expect(refused.status == 1 && refused.error.contains("kept no replies"), "\(refused.error)")
    }

    @Test("two runs at once on one database end as they would alone, and the database is sound")
    func together() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        async let one = program.run("optimize", "mood.yaml", "--json")
        async let other = program.run("optimize", "mood.yaml", "--json")
        async let third = program.run("optimize", "mood.yaml", "--json", "--seed", "9")
        let endings = try await [one, other, third]
        for ending in endings { #expect(ending.status == 0, "\(ending.error)") }
        let alone = try await program.run("optimize", "mood.yaml", "--json", "--database", "other.sqlite")
        // Who looks at the hold-out after others is held to a stricter level, and its interval is wider for it: which of them
        // comes first is not said.
        func end(_ ending: Program.Ending) throws -> [Value?] {
            try self.end(ending).map { part in
                guard var scores = part?.object, scores["interval"] != nil else { return part }
                scores["interval"] = nil
                return .object(scores)
            }
        }
        #expect(try end(endings[0]) == (try end(endings[1])))
        #expect(try end(alone) == (try end(endings[0])))
        func interval(_ ending: Program.Ending) throws -> ClosedRange<Double> {
            let end = try self.end(ending)
            let scores = try #require(end.last ?? nil)
            let list = try #require(scores["interval"]?.list)
            let ends = list.compactMap(\.number)
            try #require(ends.count == 2 && ends[0] <= ends[1])
            let difference = try #require(scores["difference"]?.number)
            #expect((ends[0]...ends[1]).contains(difference))
            return ends[0]...ends[1]
        }
        let own = try interval(alone)
        let shared = try endings.map(interval)
        #expect(shared.contains(own), "somebody is the first")
        #expect(shared.allSatisfy { $0.lowerBound <= own.lowerBound && $0.upperBound >= own.upperBound })
        let list = try await program.run("runs", "list", "--json")
        let names = try list.lines.map { try Value(json: String($0)) }
        #expect(names.compactMap { $0["attempt"]?.integer }.sorted() == [1, 1, 2])
        let verified = try await program.run("cache", "verify")
        #expect(verified.status == 0, "\(verified.output)\(verified.error)")
    }
}
