import Testing
import TraceGraph

@Suite("optrace init and run")
struct StarterTests {
    @Test("what init writes is in order, runs with a scripted model, and is never overwritten")
    func starter() async throws {
        var program = try Program()
        defer { program.remove() }
        #expect(try await program.run("init", "reviews").status == 0)
        #expect(try await program.run("init", "reviews").status == 1)
        program.environment["OPTRACE_MODEL"] = "scripted:script.yaml"
        try program.write("- reply: positive\n", to: "script.yaml")
        let validation = try await program.run("validate", "workflows/reviews.yaml")
        #expect(validation.status == 0, "\(validation.error)")
        let run = try await program.run("run", "workflows/reviews.yaml", "-i", "review=Lovely.")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output == "positive\n")
        #expect(run.error.contains("optrace traces show 1"))
        let eval = try await program.run("eval", "workflows/reviews.yaml", "--split", "all", "--json")
        let whole = try Value(json: String(eval.lines.last ?? ""))
        #expect(whole["score"] == 0.5)
        // Repeats are no further examples.
        let repeated = try await program.run(
            "eval", "workflows/reviews.yaml", "--split", "all", "--json", "--repeats", "3")
        let last = try Value(json: String(repeated.lines.last ?? ""))
        #expect(last["examples"] == whole["examples"] && last["interval"] == whole["interval"])
        #expect(last["evaluations"]?.integer == whole["evaluations"]?.integer.map { 3 * $0 })
        #expect(last["interval"]?.list?.count == 2)
    }

    @Test("a failed run keeps its trace and says where it failed")
    func failure() async throws {
        var program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        try program.write("def tidy(reply: str) -> str:\n    return reply[100]\n", to: "tidy.py")
        try program.write("- reply: short\n", to: "script.yaml")
        program.environment["OPTRACE_MODEL"] = "scripted:script.yaml"
        let run = try await program.run("run", "mood.yaml", "-i", "sentence=x")
        #expect(run.status == 1)
        #expect(run.error.contains("IndexError"))
        let trace = try await program.run("traces", "show", "1")
        #expect(trace.output.contains("failed"))
        #expect(trace.output.contains("return reply[100]"))
    }

    @Test("doctor tells what works")
    func doctor() async throws {
        let program = try Program()
        defer { program.remove() }
        let run = try await program.run("doctor")
        #expect(run.output.contains("python"))
        #expect(run.output.contains("sandbox"))
    }
}
