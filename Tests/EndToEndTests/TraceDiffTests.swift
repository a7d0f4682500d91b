import TestServer
import Testing
import TraceGraph

@Suite("optrace traces diff")
struct TraceDiffTests {
    @Test("one example under two candidates: the instruction first, then what follows; the same trace is no difference")
    func candidates() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        var program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
            "OPENAI_API_KEY": "sk-marked-key-4711",
        ]
        let optimization = try await program.run("optimize", "mood.yaml")
        #expect(optimization.status == 0, "\(optimization.error)")

        func traces(of candidate: String) async throws -> [String: Int] {
            let list = try await program.run(
                "traces", "list", "--run", "latest", "--candidate", candidate, "--limit", "500", "--json")
            var numbers: [String: Int] = [:]
            for line in list.lines {
                let trace = try Value(json: String(line))
                if let example = trace["example"]?.text, let number = trace["trace"]?.integer {
                    numbers[example] = number
                }
            }
            return numbers
        }
        let (seed, better) = (try await traces(of: "c0"), try await traces(of: "c1"))
        let example = try #require(seed.keys.filter { better[$0] != nil }.sorted().first)
        let (a, b) = ("\(seed[example] ?? 0)", "\(better[example] ?? 0)")

        let diff = try await program.run("traces", "diff", a, b)
        #expect(diff.status == 0, "\(diff.error)")
        let sections = diff.lines.filter { ["parameters", "where they part", "what follows"].contains($0) }
        #expect(sections == ["parameters", "what follows"], "\(diff.output)")
        #expect(diff.lines.first?.contains("c0 → c1") == true)
        #expect(diff.output.contains("~ instruction:0"))
        #expect(diff.output.contains("+ \(MoodWorkflow.better)"), "\(diff.output)")
        #expect(diff.output.contains("- What a day that must have been!"), "\(diff.output)")

        let json = try await program.run("traces", "diff", a, b, "--json")
        #expect(json.lines.count == 1)
        let document = try Value(json: json.output)
        let changes = try #require(document["changes"]?.list)
        #expect(document["schema"] == "optrace.trace-diff.v1")
        #expect(document["changed"] == .integer(changes.count) && document["added"] == 0 && document["removed"] == 0)
        #expect(changes.map { $0["origin"] == true } == [true] + Array(repeating: false, count: changes.count - 1))
        #expect(changes.first?["before"]?["value"] == .text(MoodWorkflow.instruction))
        #expect(changes.first?["after"]?["value"] == .text(MoodWorkflow.better))

        let same = try await program.run("traces", "diff", a, a)
        #expect(same.status == 0)
        #expect(same.output.contains("no difference in"))
        let back = try await program.run("traces", "diff", b, a)
        #expect(back.lines.first?.contains("c1 → c0") == true)
    }

    @Test("long texts are shortened around what changed, and what a terminal would obey is made visible")
    func texts() async throws {
        var program = try Program()
        defer { program.remove() }
        program.environment["OPTRACE_MODEL"] = "scripted:script.yaml"
        try MoodWorkflow.install(in: program)
        try program.write("- reply: sunny\n", to: "script.yaml")
        let long = (0..<200).map { "word\($0)" }.joined(separator: " ")
        for middle in ["\u{1B}[31mwet", "dry\u{202E}"] {
            let run = try await program.run("run", "mood.yaml", "-i", "sentence=\(long) \(middle) \(long)")
            #expect(run.status == 0, "\(run.error)")
        }
        let diff = try await program.run("traces", "diff", "1", "2")
        #expect(diff.status == 0, "\(diff.error)")
        #expect(diff.output.contains("where they part"))
        #expect(diff.output.contains("[-␛[31mwet-]"), "\(diff.output)")
        #expect(diff.output.contains(" words …"))
        #expect(!diff.output.contains("word100 "))
        #expect(!diff.output.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
        #expect(diff.lines.allSatisfy { $0.count <= 80 }, "\(diff.output)")
        let full = try await program.run("traces", "diff", "1", "2", "--full")
        #expect(full.output.contains("word100 "))
    }

    @Test("a trace that is not there exits with 1, a missing number with 64")
    func mistakes() async throws {
        var program = try Program()
        defer { program.remove() }
        #expect(try await program.run("traces", "diff", "1", "2").status == 1)
        #expect(try await program.run("traces", "diff", "1").status == 64)
        program.environment["OPTRACE_MODEL"] = "scripted:script.yaml"
        try MoodWorkflow.install(in: program)
        try program.write("- reply: sunny\n", to: "script.yaml")
        _ = try await program.run("run", "mood.yaml", "-i", "sentence=Day 1 was wet.")
        let run = try await program.run("traces", "diff", "1", "2")
        #expect(run.status == 1)
        #expect(run.error.contains("2"))
    }
}
