import Foundation
import GRDB
import TestServer
import Testing
import TraceGraph

/// Every fault of the table, through the real program, over a real connection, into a real database.
@Suite("optrace under faults of the endpoint", .timeLimit(.minutes(10)))
struct TransportFaultTests {
    struct Seen {
        let run: Program.Ending
        let requests: Int
        /// How often each word was asked for.
        let asked: [String: Int]
        /// Outcomes of the traces that are kept, with their numbers.
        let traces: [String: Int]

        /// The line of `--json` about the whole.
        var whole: Value? { run.lines.last.flatMap { try? Value(json: String($0)) } }
    }

    /// The first try and the retries that `EchoWorkflow` allows.
    static let tries = 3

    func eval(_ one: TransportFault, _ extent: FaultExtent, _ arguments: String...) async throws -> Seen {
        let server = try EchoWorkflow.server(one.fault, extent)
        defer { server.stop() }
        var program = try EchoWorkflow.program(at: server.url)
        defer { program.remove() }
        if let timeout = one.timeout { program.environment["OPTRACE_TIMEOUT"] = timeout }
        program.environment["OPTRACE_MAX_WAIT"] = "0.3s"
        let run = try await program.run(["eval", "echo.yaml", "--split", "all", "--json"] + arguments)
        #expect(!(run.output + run.error).contains(EchoWorkflow.key))
        let asked = EchoWorkflow.words.map { word in
            (word, server.requests.count { $0.text.contains("\"\(word)\"") })
        }
        let seen = Seen(
            run: run, requests: server.requests.count, asked: Dictionary(uniqueKeysWithValues: asked),
            traces: try Self.traces(of: program))
        // Ports are used again: a request of another test may end up here, and has its own key.
        let own = server.requests.filter { request in
            EchoWorkflow.words.contains { request.text.contains("\"\($0)\"") }
        }
        #expect(!own.isEmpty && own.allSatisfy { $0["Authorization"] == "Bearer \(EchoWorkflow.key)" })
        return seen
    }

    /// What the database holds, which has to be sound whatever happened.
    static func traces(of program: Program) throws -> [String: Int] {
        try DatabaseQueue(path: program.folder.appending(path: "cache/optrace.sqlite").path).read { database in
            #expect(try String.fetchOne(database, sql: "PRAGMA integrity_check") == "ok")
            let rows = try Row.fetchAll(database, sql: "SELECT outcome, count(*) FROM traces GROUP BY outcome")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }

    private static func those(_ treatments: TransportFault.Treatment...) -> [TransportFault] {
        TransportFault.all.filter { treatments.contains($0.treatment) }
    }

    @Test("a fault that passes costs a try and nothing else", arguments: those(.retried, .waitedOut, .harmless))
    func once(_ one: TransportFault) async throws {
        let seen = try await eval(one, .once, "--concurrency", "1")
        #expect(seen.run.status == 0, "\(seen.run.error)")
        #expect(seen.whole?["failed"] == 0 && seen.whole?["examples"] == 8, "\(seen.run.output)")
        if one.timeout == nil {
            #expect(seen.requests == (one.treatment == .harmless ? 8 : 9), "\(seen.asked)")
        } else {
            // Where seconds without an answer are the fault, a busy machine may let others wait that long.
            #expect(seen.requests >= 9 && seen.asked.values.allSatisfy((1...Self.tries).contains), "\(seen.asked)")
        }
        #expect(seen.traces == ["completed": 8])
        if one.treatment != .harmless { #expect(seen.whole?["score"]?.number == 1) }
    }

    @Test("a fault of one example is its failure, and the others are scored", arguments: those(.retried, .failedNode))
    func oneExample(_ one: TransportFault) async throws {
        let seen = try await eval(one, .oneWord)
        #expect(seen.run.status == 0, "\(seen.run.error)")
        #expect(seen.whole?["failed"] == 1 && seen.whole?["examples"] == 8, "\(seen.run.output)")
        #expect(seen.run.error.contains(one.saying), "\(seen.run.error)")
        let itself = one.treatment == .retried ? Self.tries : 1
        // Where seconds without an answer are the fault, a busy machine may let others wait that long.
        let others = one.timeout == nil ? 1...1 : 1...Self.tries
        for (word, count) in seen.asked {
            #expect((word == FaultExtent.word ? itself...itself : others).contains(count), "\(word): \(seen.asked)")
        }
        #expect(seen.traces == ["completed": 7, "failed": 1])
    }

    @Test("an endpoint that only has this fault ends the run soon", arguments: those(.retried, .waitedOut, .endsRun))
    func always(_ one: TransportFault) async throws {
        let seen = try await eval(one, .always)
        #expect(seen.run.status == 1)
        #expect(seen.run.error.contains("error: "), "\(seen.run.error)")
        #expect(seen.run.error.contains(one.saying), "\(seen.run.error)")
        #expect(seen.requests <= (one.treatment == .endsRun ? 8 : 24))
        if one.treatment == .retried {
            #expect(seen.run.error.contains("calls in a row were given up"), "\(seen.run.error)")
        }
        #expect(seen.traces["completed"] == nil)
    }

    @Test("a fault that is every example's own fails them all, which is an error", arguments: those(.failedNode))
    func everyExample(_ one: TransportFault) async throws {
        let seen = try await eval(one, .always)
        #expect(seen.run.status == 1)
        #expect(seen.run.error.contains("8 of 8 executions failed"), "\(seen.run.error)")
        #expect(seen.run.error.contains(one.saying), "\(seen.run.error)")
        #expect(seen.requests == 8 && seen.traces == ["failed": 8])
    }

    @Test(
        "a fault that begins later ends the run and loses nothing that was finished",
        arguments: those(.waitedOut, .endsRun))
    func later(_ one: TransportFault) async throws {
        let seen = try await eval(one, .later, "--concurrency", "1")
        #expect(seen.run.status == 1)
        #expect(seen.run.error.contains(one.saying), "\(seen.run.error)")
        #expect(seen.traces["completed"] == 3, "\(seen.traces)")
        if one.treatment == .endsRun { #expect(seen.requests == 4) }
    }
}
