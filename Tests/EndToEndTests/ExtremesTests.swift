import TestServer
import Testing
import TraceGraph

/// Numbers as no sane person gives them: each is refused or made the best of, and nothing crashes.
@Suite("optrace: numbers beyond all measure")
struct ExtremesTests {
    static let largest = "9223372036854775807"

    /// What a crashed program never is.
    func check(_ run: Program.Ending, _ arguments: [String], statuses: Set<Int>) {
        #expect(statuses.contains(run.status), "\(arguments.joined(separator: " ")): \(run.status) \(run.error)")
    }

    @Test(
        "in options are refused, with what the option takes",
        arguments: [
            ["optimize", "mood.yaml", "--dry-run", "--steps", largest],
            ["optimize", "mood.yaml", "--dry-run", "--siblings", largest],
            ["optimize", "mood.yaml", "--dry-run", "--minibatch", largest],
            ["optimize", "mood.yaml", "--dry-run", "--concurrency", largest],
            ["optimize", "mood.yaml", "--dry-run", "--max-cost", "nan"],
            ["optimize", "mood.yaml", "--dry-run", "--max-cost", "1e300"],
            ["optimize", "mood.yaml", "--dry-run", "--max-time", "1e300h"],
            ["eval", "mood.yaml", "--repeats", largest], ["eval", "mood.yaml", "--threshold", "nan"],
            ["cache", "prune", "--max-size", "1e300"], ["cache", "prune", "--max-size", "nan"],
            ["cache", "prune", "--older-than", "1e12"], ["cache", "prune", "--older-than", "-1e300"],
        ])
    func options(arguments: [String]) async throws {
        let program = try Program()
        defer { program.remove() }
        let run = try await program.run(arguments)
        check(run, arguments, statuses: [64])
        #expect(run.error.contains(arguments[arguments.count - 2]))
    }

    @Test(
        "in a workflow file are located mistakes",
        arguments: [
            "optimize: { steps: \(largest) }", "optimize: { minibatch: \(largest) }",
            "optimize: { siblings: \(largest) }", "optimize: { budget: { time: 1e300 } }",
        ])
    func file(line: String) async throws {
        var program = try ready()
        defer { program.remove() }
        program.environment["OPTRACE_MODEL"] = "local:default"
        let lines = MoodWorkflow.yaml.split(separator: "\n").map { $0.hasPrefix("optimize:") ? line : String($0) }
        try program.write(lines.joined(separator: "\n") + "\n", to: "mood.yaml")
        let run = try await program.run("optimize", "mood.yaml", "--dry-run")
        check(run, [line], statuses: [1])
        #expect(run.error.contains("mood.yaml:") && run.error.contains("at most"))
    }

    @Test("a metric that explodes, a wait of ages, tokens beyond counting: the run ends as runs do")
    func values() async throws {
        var program = try ready()
        defer { program.remove() }
        let loss = """
            def loss(output: str) -> float:
                return {"sunny": 1e15, "rainy": -1e15}.get(output, -1e300)

            """
        try program.write(loss, to: "loss.py")
        let metric = "  loss: { code: file://loss.py, entry: \"loss(output: str) -> float\" }\nobjective:"
        let yaml = MoodWorkflow.yaml.replacing("objective:", with: metric)
            .replacing("{ maximize: accuracy }", with: "{ maximize: loss }")
            .replacing(
                "siblings: 1 }", with: "siblings: 1, budget: { calls: \(Self.largest), tokens: \(Self.largest) } }")
        try program.write(yaml, to: "mood.yaml")
        let answer = #"{\"suggestion\": {\"instruction\": \"\#(MoodWorkflow.better)\"}}"#
        let usage = "usage: { prompt_tokens: 1000000000, completion_tokens: 1000000000 }"
        try program.write(
            """
            - when: { system_contains: sunny or rainy, contains: bright }
              reply: sunny
              \(usage)
            - when: { system_contains: sunny or rainy, contains: wet }
              reply: rainy
              \(usage)
            - when: { user_contains: "Day " , lacks: suggestion }
              reply: What a day!
              \(usage)
            - reply: "\(answer)"

            """, to: "script.yaml")
        program.environment["OPTRACE_MODEL"] = "scripted:script.yaml"
        program.environment["COLUMNS"] = "-9223372036854775808"
        let arguments = ["optimize", "mood.yaml", "--steps", "2", "--seed", "18446744073709551615"]
        let optimized = try await program.run(arguments)
        check(optimized, arguments, statuses: [0])
        #expect(optimized.output.contains("PROMOTE"), "\(optimized.output)")
        for arguments in [["runs", "--json"], ["runs", "show"], ["traces", "list"], ["eval", "mood.yaml"]] {
            check(try await program.run(arguments), arguments, statuses: [0])
        }
        let run = try await program.run("runs", "--json")
        #expect(try Value(json: String(run.lines.first ?? ""))["seed"] == "18446744073709551615")
    }

    func ready() throws -> Program {
        let program = try Program()
        try MoodWorkflow.install(in: program)
        return program
    }
}
