import Foundation
import GRDB
import Synchronization
import TestServer
import Testing
import TraceGraph

/// Steps that ask a server, where the database is shared with other processes, or has no room for the answers.
@Suite("optrace with http steps and its database", .timeLimit(.minutes(10)))
struct RequestStoreTests {
    /// What was told about each day, as the model saw it.
    private final class Told: Sendable {
        private let days = Mutex<[String: Set<String>]>([:])

        func note(_ prompt: String) {
            guard prompt.hasPrefix("Day "), let place = prompt.range(of: "told ") else { return }
            days.withLock {
                _ = $0[String(prompt[..<place.lowerBound]), default: []].insert(String(prompt[place.lowerBound...]))
            }
        }

        var all: [String: Set<String>] { days.withLock { $0 } }
    }

    private func model(_ told: Told = Told()) throws -> TestServer {
        try TestServer.chat { chat in
            told.note(chat.prompt)
            return MoodWorkflow.reply(to: chat)
        }
    }

    /// Tells something else each time, of the same length.
    private func facts() throws -> TestServer {
        let count = Mutex(0)
        return try TestServer { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return .json("\"told \(10_000 + number)\"")
        }
    }

    private func program(asking model: TestServer, _ facts: TestServer, _ more: String) throws -> Program {
        let program = try MoodWorkflow.program(asking: model)
        let step = "http: \"\(facts.url)/facts\"\nbody: { day: $sentence }\n\(more)"
        try program.write(MoodWorkflow.yaml(told: step), to: "mood.yaml")
        return program
    }

    /// The last line; without the interval, which is wider for whoever looks at the hold-out after others.
    private func end(_ ending: Program.Ending) throws -> Value? {
        guard var last = try ending.events().last?.object, var scores = last["scores"]?.object else { return nil }
        scores["interval"] = nil
        last["scores"] = .object(scores)
        return .object(last)
    }

    @Test("several runs at once on one database have one answer for each request, and end as they would alone")
    func together() async throws {
        let told = Told()
        let (model, facts) = (try model(told), try facts())
        defer {
            model.stop()
            facts.stop()
        }
        let program = try program(asking: model, facts, "")
        defer { program.remove() }
        async let one = program.run("optimize", "mood.yaml", "--json")
        async let other = program.run("optimize", "mood.yaml", "--json")
        async let third = program.run("optimize", "mood.yaml", "--json", "--seed", "9")
        let endings = try await [one, other, third]
        for ending in endings { #expect(ending.status == 0, "\(ending.error)") }
        #expect(try end(endings[0]) == end(endings[1]))
        let days = told.all
        #expect(days.count > 20 && days.values.allSatisfy { $0.count == 1 }, "\(days.filter { $0.value.count > 1 })")
        #expect(facts.requests.count >= days.count && facts.requests.count <= 3 * days.count)
        let results = try await DatabaseQueue(path: program.folder.appending(path: "cache/optrace.sqlite").path).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM node_results WHERE operation = 'http'")
        }
        #expect(results == days.count)
        let asked = facts.requests.count
        for seed in ["0", "9"] {
            let again = try await program.run("optimize", "mood.yaml", "--json", "--cache", "only", "--seed", seed)
            #expect(try end(again) == end(endings[seed == "9" ? 2 : 0]), "\(again.error)")
        }
        #expect(facts.requests.count == asked)
        let alone = try await program.run("optimize", "mood.yaml", "--json", "--database", "other.sqlite")
        #expect(try end(alone) == end(endings[0]))
        #expect(try await program.run("cache", "verify").status == 0)
    }

    @Test(
        "one that is killed beside another goes on to its own end, and does not disturb the other",
        arguments: ["", "cache: false"])
    func killed(_ more: String) async throws {
        let (model, facts) = (try model(), try facts())
        defer {
            model.stop()
            facts.stop()
        }
        let program = try program(asking: model, facts, more)
        defer { program.remove() }
        async let living = program.run("optimize", "mood.yaml", "--json")
        let killed = try await program.run(["optimize", "mood.yaml", "--json", "--seed", "9"]) { running in
            if await running.says(lines: 2) { running.kill() }
            await running.ends()
        }
        let other = try await living
        #expect(other.status == 0, "\(other.error)")
        let name = try #require(try Value(json: String(killed.lines.first ?? ""))["run"]?.text)
        let resumed = try await program.run("optimize", "--resume", name, "--json")
        #expect(resumed.status == 0, "\(resumed.error)")
        for (ending, seed) in [(other, "0"), (resumed, "9")] {
            let alone = try await program.run(
                "optimize", "mood.yaml", "--json", "--seed", seed, "--database", "other-\(seed).sqlite")
            #expect(try end(ending) == end(alone), "\(seed)")
        }
        #expect(try await program.run("cache", "verify").status == 0)
    }

    @Test(
        "a disk that is full while servers are asked ends the run, which is taken up once there is room",
        .enabled(if: MountedDisk.isAvailable, "needs mount namespaces"),
        arguments: ["", "cache: false"], [300_000, 900_000])
    func fullDisk(_ more: String, _ room: Int) async throws {
        let (model, facts) = (try model(), try facts())
        defer {
            model.stop()
            facts.stop()
        }
        let undisturbed = try program(asking: model, facts, more)
        defer { undisturbed.remove() }
        let wanted = try end(try await undisturbed.run("optimize", "mood.yaml", "--json"))
        let asked = (model.requests.count, facts.requests.count)
        let disturbed = try program(asking: model, facts, more)
        defer { disturbed.remove() }
        let run = try await disturbed.shell(
            MountedDisk.filled(
                butFor: room, size: "32m",
                then: """
                    $optrace optimize mood.yaml --json --cache only >third.json 2>third.txt; echo third $?
                    $optrace cache verify >verified.txt 2>&1; echo verified $?
                    """))
        let told = try disturbed.read("first.txt")
        let again = try disturbed.read("second.txt") + disturbed.read("third.txt")
        #expect(
            run.lines == ["first 1", "second 0", "third 0", "verified 0"], "\(run.output)\(run.error)\(told)\(again)")
        #expect(told.contains("no space left"), "\(told)")
        #expect(try !disturbed.read("first.json").contains("\"event\":\"failed\""), "no example is to blame")
        for file in ["second.json", "third.json"] {
            let last = try Value(json: String(try disturbed.read(file).split(separator: "\n").last ?? ""))
            for field in ["verdict", "best", "parameters", "scores"] {
                #expect(last[field] != nil && Self.plain(last[field]) == Self.plain(wanted?[field]), "\(file) \(field)")
            }
        }
        // What was answered when the disk was full is lost with the calls in flight, and what the first command asked.
        #expect(model.requests.count - asked.0 <= asked.0 + 17)
        #expect(facts.requests.count - asked.1 <= asked.1 + 17)
    }

    private static func plain(_ value: Value?) -> Value? {
        guard var fields = value?.object else { return value }
        fields["interval"] = nil
        return .object(fields)
    }
}
