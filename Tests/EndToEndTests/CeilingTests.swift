import TestServer
import Testing
import TraceGraph

/// Limits on what the winner may take, given on the command line.
@Suite("optrace optimize --ceiling")
struct CeilingTests {
    private func ready(_ server: TestServer, gate: String = "gate: { metric: accuracy, alpha: 0.05 }") throws -> Program
    {
        let program = try MoodWorkflow.program(asking: server)
        let yaml = MoodWorkflow.yaml.replacing("gate: { metric: accuracy, alpha: 0.05 }", with: gate)
        try program.write(yaml, to: "mood.yaml")
        return program
    }

    private func verdict(_ ending: Program.Ending) throws -> Value? {
        try Value(json: String(ending.lines.last ?? ""))["verdict"]
    }

    @Test("a winner that is above its ceiling is not promoted; below it, it is")
    func limits() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let held = try await program.run("optimize", "mood.yaml", "--json", "--ceiling", "tokens=1000")
        #expect(try verdict(held) == "promote", "\(held.error)")
        let broken = try await program.run("optimize", "mood.yaml", "--json", "--ceiling", "tokens=2")
        #expect(try verdict(broken) == "keep", "\(broken.output)")
        let told = try await program.run(
            "optimize", "mood.yaml", "--ceiling", "tokens=2", "--ceiling", "calls=1", "--require-promotion")
        #expect(told.status == 101)
        #expect(told.output.contains("the limit 2 of tokens is not shown to be held"), "\(told.output)")
        #expect(told.output.contains("the limit 1 of calls is held"), "\(told.output)")
    }

    @Test("it takes the place of the file's of the same name, and the others stay")
    func overriding() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(
            server, gate: "gate: { metric: accuracy, alpha: 0.05, ceilings: { tokens: 2, calls: 1 } }")
        defer { program.remove() }
        #expect(try verdict(await program.run("optimize", "mood.yaml", "--json")) == "keep")
        let raised = try await program.run("optimize", "mood.yaml", "--ceiling", "tokens=1000")
        #expect(raised.output.contains("PROMOTE") && raised.output.contains("the limit 1 of calls is held"))
        // It is part of what the run is, and of how it goes on.
        let resumed = try await program.run("optimize", "--resume", "latest", "--ceiling", "tokens=1000")
        #expect(resumed.status == 0 && resumed.output.contains("PROMOTE"), "\(resumed.error)")
        let other = try await program.run("optimize", "--resume", "latest", "--ceiling", "tokens=3")
        #expect(
            other.status == 64 && other.error.contains("--ceiling tokens=3.0 (it was 1000.0"), "\(other.error)")
    }

    @Test(
        "mistakes are told before anything is asked",
        arguments: [
            ("tokns=3", "there is no 'tokns' to limit"), ("tokens", "such as cost=0.002, not 'tokens'"),
            ("tokens=many", "such as cost=0.002"), ("cost=nan", "such as cost=0.002"),
        ])
    func mistakes(_ ceiling: String, _ words: String) async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--ceiling", ceiling)
        #expect(run.status == 64 && run.error.contains(words), "\(run.status) \(run.error)")
        #expect(server.requests.isEmpty)
    }
}
