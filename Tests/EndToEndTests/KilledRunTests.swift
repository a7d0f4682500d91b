import Evaluation
import Foundation
import Synchronization
import TestServer
import Testing
import TraceGraph

@Suite("optrace optimize, killed", .timeLimit(.minutes(20)))
struct KilledRunTests {
    /// How often each kind of run is killed. `OPTRACE_STRESS=full` asks for a hundred in all.
    private static let runs = ProcessInfo.processInfo.environment["OPTRACE_STRESS"] == "full" ? 20 : 3

    /// The most calls that are in flight at once.
    private static let inFlight = 6

    /// Kills a program at a request, before that is answered.
    private final class Assassin: Sendable {
        private let state = Mutex((received: 0, answered: 0, moment: Int.max, kill: (@Sendable () -> Void)?.none))

        /// The requests received so far.
        var received: Int { state.withLock { $0.received } }
        /// Those of them that are answered, and to be paid.
        var answered: Int { state.withLock { $0.answered } }

        func order(at moment: Int, _ kill: @escaping @Sendable () -> Void) {
            state.withLock { ($0.moment, $0.kill) = (moment, kill) }
        }

        /// Notes a request.
        func note(isAnswered: Bool) {
            let kill: (@Sendable () -> Void)? = state.withLock { state in
                state.received += 1
                if isAnswered { state.answered += 1 }
                guard state.received >= state.moment else { return nil }
                defer { state.kill = nil }
                return state.kill
            }
            kill?()
        }
    }

    private func ready(_ server: TestServer) throws -> Program {
        var program = try Program()
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
            "OPENAI_API_KEY": "sk-marked-key-4711", "OPTRACE_CONCURRENCY": "\(Self.inFlight)",
            "OPTRACE_RETRIES": "1", "OPTRACE_RETRY_DELAY": "0.002s",
        ]
        return program
    }

    /// What is the same however often a run was killed: its last line without the seconds, and the run as it is kept.
    private func outcome(_ ending: Program.Ending, _ program: Program) async throws -> [Value] {
        let events = try ending.events()
        let last = try #require(events.last)
        let shown = try await program.run("runs", "show", "latest", "--json")
        var kept = try #require(try Value(json: shown.output).object, "\(shown.error)")
        kept["attempt"] = nil
        return [last, .object(kept)]
    }

    /// When a program is killed.
    private enum Moment {
        case request(Int)
        /// After so many lines of its story: around what is written down between requests.
        case line(Int)
    }

    @Test(
        "at any moment, goes on to the identical end and pays nothing twice but what was in flight",
        arguments: [
            ([], false), (["--max-calls", "110"], false), (["--max-tokens", "9000"], false),
            (["--cache", "refresh"], false), ([], true),
        ])
    func killed(options: [String], isUnwell: Bool) async throws {
        let assassin = Assassin()
        let server = try TestServer.chat { chat in
            let failure = isUnwell ? MoodWorkflow.unwell(chat) : nil
            assassin.note(isAnswered: failure == nil)
            return failure ?? MoodWorkflow.reply(to: chat)
        }
        defer { server.stop() }
        let arguments = ["optimize", "mood.yaml", "--json"] + options
        let whole = try ready(server)
        defer { whole.remove() }
        let finished = try await whole.run(arguments, meanwhile: { _ in })
        let wanted = try await outcome(finished, whole)
        let (requests, answered) = (server.requests.count, assassin.answered)
        let lines = finished.error.split(separator: "\n").count
        try #require(requests > 20 && lines > 3, "\(finished.error)")

        var random = SeededGenerator(seed: 4711).stream(options.joined(separator: " "))
        var deaths = 0
        for number in 0..<Self.runs {
            let program = try ready(server)
            defer { program.remove() }
            let before = (answered: assassin.answered, deaths: deaths)
            var next = arguments
            // Every third run is killed once more after it went on.
            var left = number % 3 == 0 ? 2 : 1
            while true {
                // A request waits for the kill, a line does not: the first kill is one that cannot come too late.
                let isAtRequest = Bool.random(using: &random) || (number == 0 && deaths == 0)
                let moment: Moment =
                    isAtRequest
                    ? .request(Int.random(in: 1...requests, using: &random))
                    : .line(Int.random(in: 1...lines, using: &random))
                let isLast = left == 0
                let ending = try await program.run(next) { running in
                    guard !isLast else { return }
                    switch moment {
                    case .request(let number): assassin.order(at: assassin.received + number) { running.kill() }
                    case .line(let number): if await running.says(lines: number) { running.kill() }
                    }
                    await running.ends()
                    assassin.order(at: .max) {}
                }
                guard ending.status == -9 else {
                    #expect(ending.status == finished.status, "run \(number): \(ending.error)")
                    let found = try await outcome(ending, program)
                    #expect(found == wanted, "run \(number), killed \(deaths - before.deaths) times")
                    break
                }
                deaths += 1
                left -= 1
                next = ["optimize", "--resume", "latest", "--json"]
            }
            let asked = assassin.answered - before.answered
            let most = answered + (deaths - before.deaths) * Self.inFlight
            #expect(asked >= answered && asked <= most, "run \(number): \(asked) requests where \(answered) do")
        }
        #expect(deaths > 0)
    }
}
