import Foundation
import GRDB
import Synchronization
import TestServer
import Testing
import TraceGraph

/// Steps that ask a server: what is asked again, and what is not.
@Suite("optrace with http steps", .timeLimit(.minutes(10)))
struct RequestStepTests {
    private static let key = "sk-marked-facts-4712-never-shown"

    /// Moods that are told about each day by a server beside the model.
    private func program(
        asking model: TestServer, _ facts: TestServer, _ more: String = "", named name: String = "mood.yaml"
    ) throws -> Program {
        var program = try MoodWorkflow.program(asking: model)
        try install(in: program, facts, more, named: name)
        program.environment["FACTS_KEY"] = Self.key
        program.environment["OPTRACE_CONCURRENCY"] = "6"
        return program
    }

    private func install(in program: Program, _ facts: TestServer, _ more: String, named name: String) throws {
        let step = """
            http: "\(facts.url)/facts?key=${FACTS_KEY}"
            body: { day: $sentence }
            headers: { Authorization: "Bearer ${FACTS_KEY}", X-Version: "1" }
            \(more)
            """
        try program.write(MoodWorkflow.yaml(told: step), to: name)
    }

    /// Answers about a day, named by its number, after so many answers about it.
    private func facts(_ answer: @escaping @Sendable (_ day: Int, _ before: Int) -> TestResponse) throws -> TestServer {
        let counts = Mutex<[Int: Int]>([:])
        return try TestServer { request in
            let words = request.text.split(separator: " ")
            let day = words.firstIndex { $0.hasSuffix("Day") }.flatMap { Int(words[$0 + 1]) } ?? -1
            let before = counts.withLock { counts in
                counts[day, default: 0] += 1
                return counts[day, default: 0] - 1
            }
            return answer(day, before)
        }
    }

    @Test("failed requests and steps that ran out of time are what they were when the run is made again")
    func failures() async throws {
        let model = try MoodWorkflow.server(holding: { $0.prompt.hasPrefix("Day 5 ") ? TestSignal() : nil })
        // Another answer each time: whoever asks again takes another course.
        let facts = try facts { day, before in
            switch day % 20 {
            case 3 where before == 0: .json(#"{"error":"busy"}"#, status: 503)
            case 8: .json(#"{"error":"unknown"}"#, status: 404)
            case 14 where before < 2: .silence()
            default: .json(#"{"said": \#(before)}"#)
            }
        }
        defer {
            model.stop()
            facts.stop()
        }
        let program = try program(asking: model, facts, "timeout: 4s")
        defer { program.remove() }
        let yaml = try program.read("mood.yaml")
        try program.write(yaml.replacing("max_tokens: 8 }", with: "max_tokens: 8, timeout: 4s }"), to: "mood.yaml")
        let first = try await program.run("optimize", "mood.yaml", "--json")
        for step in ["facts", "reply"] {
            let noted = try await DatabaseQueue(path: program.folder.appending(path: "cache/optrace.sqlite").path).read
            {
                try Int.fetchOne(
                    $0, sql: "SELECT count(*) FROM steps WHERE lost_calls LIKE ?",
                    arguments: ["%step '\(step)' took longer%"])
            }
            #expect(noted ?? 0 > 0, "\(step)")
        }
        let wanted = try first.events()
        #expect(first.status == 0, "\(first.error)")
        #expect(wanted.contains { $0["event"] == "failed" }, "\(first.output)")
        let asked = (model.requests.count, facts.requests.count)
        let again = try await program.run("optimize", "mood.yaml", "--json", "--cache", "only")
        #expect(again.status == 0, "\(again.error)")
        #expect(try again.events() == wanted)
        let resumed = try await program.run("optimize", "--resume", "latest", "--json")
        #expect(try resumed.events() == wanted, "\(resumed.error)")
        #expect(model.requests.count == asked.0 && facts.requests.count == asked.1)
    }

    @Test("killed while servers are asked, a run goes on to the identical end", arguments: [2, 21, 44])
    func killed(at number: Int) async throws {
        let model = try MoodWorkflow.server()
        // Once set, no request from that one on is answered before the kill: it comes in time however slow the machine is.
        let gate = Mutex((seen: 0, holdsFrom: Int.max))
        let release = TestSignal()
        let facts = try facts { day, _ in
            let isHeld = gate.withLock { gate in
                gate.seen += 1
                return gate.seen >= gate.holdsFrom
            }
            let answer: TestResponse =
                day % 20 == 8 ? .json(#"{"error":"unknown"}"#, status: 404) : .json(#"{"day": \#(day)}"#)
            return isHeld ? answer.held(until: release) : answer
        }
        defer {
            release.fire()
            model.stop()
            facts.stop()
        }
        let whole = try program(asking: model, facts)
        defer { whole.remove() }
        let wanted = try await whole.run("optimize", "mood.yaml", "--json").events()
        let asked = (model.requests.count, facts.requests.count)

        let program = try program(asking: model, facts)
        defer { program.remove() }
        gate.withLock { $0.holdsFrom = asked.1 + number }
        let killed = try await program.run(["optimize", "mood.yaml", "--json"]) { running in
            await facts.received(asked.1 + number)
            running.kill()
            await running.ends()
        }
        gate.withLock { $0.holdsFrom = Int.max }
        release.fire()
        #expect(killed.status == -9, "\(killed.error)")
        let resumed = try await program.run("optimize", "--resume", "latest", "--json")
        #expect(try resumed.events().last == wanted.last, "\(resumed.error)")
        #expect(model.requests.count - asked.0 <= asked.0 + 6)
        // Refusals that were not written down yet are asked for again.
        #expect(facts.requests.count - asked.1 <= asked.1 + 6 + 3)
    }

    @Test("an answer is asked for once, a new one when what is sent changes; the key is kept nowhere")
    func kept() async throws {
        let model = try MoodWorkflow.server()
        let facts = try facts { day, before in .json(#"{"day": \#(day), "said": \#(before)}"#) }
        defer {
            model.stop()
            facts.stop()
        }
        var program = try program(asking: model, facts)
        defer { program.remove() }
        func asked(_ options: String...) async throws -> Int {
            let before = facts.requests.count
            let ending = try await program.run(["eval", "mood.yaml", "--split", "train"] + options)
            #expect(ending.status == 0, "\(ending.error)")
            return facts.requests.count - before
        }
        let count = try await asked()
        #expect(count > 10 && facts.requests.allSatisfy { $0.target == "/facts?key=\(Self.key)" })
        #expect(try await asked() == 0)
        #expect(try await asked("--cache", "only") == 0)
        program.environment["FACTS_KEY"] = Self.key + "-renewed"
        #expect(try await asked() == 0, "another key is the same request")
        #expect(try await asked("--cache", "refresh") == count)
        let yaml = try program.read("mood.yaml")
        try program.write(yaml.replacing(#"X-Version: "1""#, with: #"X-Version: "2""#), to: "mood.yaml")
        let missing = try await program.run("eval", "mood.yaml", "--split", "train", "--cache", "only")
        #expect(
            missing.status == 103 && missing.error.contains("no recorded result of a http step"), "\(missing.error)")
        #expect(try await asked() == count)
        for file in try FileManager.default.subpathsOfDirectory(atPath: program.folder.path) {
            guard let content = FileManager.default.contents(atPath: program.folder.appending(path: file).path) else {
                continue
            }
            #expect(content.range(of: Data(Self.key.utf8)) == nil, "\(file)")
        }
    }

    @Test("what is not kept is asked for each time, and never where only what is recorded may answer")
    func opting() async throws {
        let model = try MoodWorkflow.server()
        let facts = try facts { day, _ in .json(#"{"day": \#(day)}"#) }
        defer {
            model.stop()
            facts.stop()
        }
        let program = try program(asking: model, facts, "cache: false")
        defer { program.remove() }
        for time in 1...2 {
            let ending = try await program.run("eval", "mood.yaml", "--split", "train")
            #expect(ending.status == 0, "\(ending.error)")
            #expect(facts.requests.count == 18 * time, "each of 18 examples asks each time")
        }
        let asked = facts.requests.count
        let only = try await program.run("eval", "mood.yaml", "--split", "train", "--cache", "only")
        #expect(only.status == 103 && only.error.contains("'cache: false'"), "\(only.error)")
        #expect(facts.requests.count == asked)
    }
}
