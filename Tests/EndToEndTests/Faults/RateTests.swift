import TestServer
import Testing

/// Limits on what is asked a minute, through the real program: how far apart its requests reached the server. Time only
/// ever counts from below here, so that a busy machine changes nothing.
@Suite("optrace under rates", .timeLimit(.minutes(5)))
struct RateTests {
    /// When the requests arrived, from before the program started.
    private func arrivals(_ options: String..., count: Int) async throws -> [Duration] {
        let server = try TestServer.chat { .text($0.prompt, promptTokens: 10, completionTokens: 10) }
        defer { server.stop() }
        let program = try EchoWorkflow.program(at: server.url)
        defer { program.remove() }
        let words = (0..<count).map { #"{"id": "\#($0)", "word": "word \#($0)"}"# + "\n" }
        try program.write(words.joined(), to: "words.jsonl")
        let start = ContinuousClock.now
        let run = try await program.run(["eval", "echo.yaml", "--split", "all", "--json"] + options)
        #expect(run.status == 0, "\(run.error)")
        let times = server.requests.map { $0.arrival - start }.sorted()
        #expect(times.count == count)
        return times
    }

    @Test("no more requests are sent than a minute's worth and what time has added")
    func requests() async throws {
        let times = try await arrivals("--requests-per-minute", "60", "--concurrency", "50", count: 64)
        // After the first 60, one a second.
        for (place, time) in times.enumerated() where place >= 60 {
            #expect(time >= .seconds(place - 59), "request \(place) after \(time)")
        }
    }

    @Test("no more tokens are asked for than a minute's worth and what time has added")
    func tokens() async throws {
        // Twenty tokens a call, as they are counted once it has ended.
        let times = try await arrivals("--tokens-per-minute", "1200", "--concurrency", "1", count: 64)
        for (place, time) in times.enumerated() where place >= 60 {
            #expect(time >= .seconds(place - 60), "request \(place) after \(time)")
        }
    }

    @Test("a run's time is not waited out at the endpoint")
    func timeBudget() async throws {
        let server = try TestServer.chat { .text($0.prompt) }
        defer { server.stop() }
        let program = try EchoWorkflow.program(at: server.url)
        defer { program.remove() }
        let run = try await program.run(
            "optimize", "echo.yaml", "--max-time", "30s", "--requests-per-minute", "1", "--concurrency", "1")
        #expect(run.status == 102, "\(run.error)")
        #expect(server.requests.count == 1, "the second one would have its turn after a minute")
    }
}
