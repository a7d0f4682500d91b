import Synchronization
import TestServer
import Testing
import TraceGraph

@Suite("optrace optimize, interrupted", .timeLimit(.minutes(10)))
struct InterruptionTests {
    /// Where the run is when it is interrupted, by the request that is then the first without an answer.
    enum Moment: Int, CaseIterable {
        /// Of 18.
        case baseline = 3
        /// After the baseline and a minibatch of 5.
        case proposal = 24
        case minibatch = 26
        case validation = 35
        /// After all of these, 5 and 18 more.
        case holdout = 60
    }

    /// A program with the workflow in its folder, and its model.
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

    /// The arguments of the command that the program says to go on with.
    private func continuation(_ ending: Program.Ending) throws -> [String] {
        let line = try #require(ending.error.split(separator: "\n").first { $0.contains("go on with: ") })
        let words = try #require(line.firstRange(of: "go on with: ")).upperBound
        let command = line[words...].split(separator: " ").map(String.init)
        #expect(command.first == "optrace")
        return Array(command.dropFirst())
    }

    /// What the run says and asks when nobody interferes, with the same server: its address is part of a run's name.
    private func uninterrupted(
        _ arguments: [String], on server: TestServer
    ) async throws -> (story: [Value], requests: Int) {
        let before = server.requests.count
        let program = try ready(server)
        defer { program.remove() }
        let ending = try await program.run(arguments, meanwhile: { _ in })
        #expect(ending.status == 0, "\(ending.error)")
        return (try ending.events(), server.requests.count - before)
    }

    @Test(
        "by Ctrl-C, finishes what is in flight, saves, and goes on to the end it would have had",
        arguments: Moment.allCases)
    func resumed(_ moment: Moment) async throws {
        let release = TestSignal()
        let server = try server(holdingFrom: moment.rawValue, until: release)
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let arguments = ["optimize", "mood.yaml", "--json", "--database", "kept/run one.sqlite"]
        let interrupted = try await program.run(arguments) { running in
            await server.received(moment.rawValue)
            try running.interrupt()
            try await running.says("finishing what is in flight")
            release.fire()
        }
        #expect(interrupted.status == 130, "\(interrupted.error)")
        let last = try Value(json: String(interrupted.lines.last ?? ""))
        #expect(last["status"] == "interrupted")
        #expect(last["verdict"] == .null)
        let before = server.requests.count
        #expect(before < moment.rawValue + 16, "nothing is started any more")
        if moment == .proposal { #expect(before == moment.rawValue) }

        var command = try continuation(interrupted).joined(separator: " ")
        #expect(command.hasSuffix(" --database 'kept/run one.sqlite'"), "\(command)")
        command = command.replacing(" --database 'kept/run one.sqlite'", with: "")
        let resumed = try await program.run(
            command.split(separator: " ").map(String.init) + ["--database", "kept/run one.sqlite", "--json"],
            meanwhile: { _ in })
        #expect(resumed.status == 0, "\(resumed.error)")

        let asked = server.requests.count
        let whole = try await uninterrupted(["optimize", "mood.yaml", "--json"], on: server)
        #expect(try resumed.events() == whole.story)
        #expect(asked == whole.requests, "nothing that was answered is asked again")

        let runs = try await program.run(
            ["runs", "list", "--json", "--database", "kept/run one.sqlite"], meanwhile: { _ in })
        let ends = try runs.lines.map { try Value(json: String($0))["status"] }
        #expect(ends == ["finished", "interrupted"])
    }

    @Test("by a second Ctrl-C, ends at once and can go on all the same")
    func aborted() async throws {
        let release = TestSignal()
        let moment = Moment.validation
        let server = try server(holdingFrom: moment.rawValue, until: release)
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let aborted = try await program.run(["optimize", "mood.yaml", "--json"]) { running in
            await server.received(moment.rawValue)
            try running.interrupt()
            try await running.says("finishing what is in flight")
            try running.interrupt()
        }
        #expect(aborted.status == 130)
        #expect(!aborted.lines.contains { $0.contains("finished\"") }, "it did not wait for its replies")
        release.fire()
        let resumed = try await program.run(try continuation(aborted) + ["--json"], meanwhile: { _ in })
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(
            try resumed.events() == (try await uninterrupted(["optimize", "mood.yaml", "--json"], on: server)).story)
    }
}
