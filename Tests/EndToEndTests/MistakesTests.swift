import TestServer
import Testing
import TraceGraph

@Suite("optrace: what goes wrong")
struct MistakesTests {
    @Test("five mistakes in a workflow file give five located messages in one go")
    func fiveMistakes() async throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(
            """
            name: broken
            inputs:
              sentence: txt
            models:
              task: local:default
            parameters:
              instruction: { kind: text, value: file://missing.md }
              heat: { kind: number, value: 3, range: [0, 1] }
            stepps: {}
            steps:
              reply: { prompt: { system: $instructoin, user: "{{sentence}}" }, model: task, temperature: $heat }
            output: $reply

            """, to: "broken.yaml")
        let run = try await program.run("validate", "broken.yaml")
        #expect(run.status == 1)
        let messages = run.error.split(separator: "\n").filter { $0.hasPrefix("broken.yaml:") }
        #expect(messages.count == 5, "\(run.error)")
        for line in [3, 7, 8, 9, 11] {
            #expect(messages.contains { $0.hasPrefix("broken.yaml:\(line):") }, "nothing about line \(line)")
        }
        #expect(run.error.contains("did you mean"))

        let told = try await program.run("validate", "broken.yaml", "--json")
        #expect(told.status == 1 && told.lines.count == 1)
        let object = try Value(json: told.output)["sound"]
        #expect(object == .flag(false))
        let problems = try Value(json: told.output)["problems"]?.list ?? []
        #expect(problems.compactMap { $0["line"]?.integer } == [3, 7, 8, 9, 11], "\(told.output)")
    }

    @Test("a dataset with broken lines names each of them")
    func brokenData() async throws {
        let program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        try program.write(
            "{\"sentence\": \"a\", \"mood\": \"sunny\"}\n{\"sentence\": }\n\n{\"mood\": \"rainy\"}\n", to: "mood.jsonl")
        var local = program
        local.environment["OPTRACE_MODEL"] = "local:default"
        let run = try await local.run("validate", "mood.yaml")
        #expect(run.status == 1)
        #expect(run.error.contains("mood.jsonl:2:"))
        #expect(run.error.contains("mood.jsonl:4:"))
    }

    @Test("an endpoint where nobody listens fails soon, with its address and what to do")
    func unreachable() async throws {
        var program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        let server = try MoodWorkflow.server()
        server.stop()
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
            "OPENAI_API_KEY": "sk-marked-key-4711",
        ]
        let run = try await program.run("optimize", "mood.yaml")
        #expect(run.status == 1)
        #expect(run.error.contains(server.url))
        #expect(run.error.contains("is the server running"))
        #expect(!run.error.contains("sk-marked-key-4711"))
    }

    @Test("a wrong key is said to be wrong, and not shown")
    func wrongKey() async throws {
        let server = try TestServer { request in
            .json(#"{"error":{"message":"Incorrect API key provided: sk-marked-key-4711"}}"#, status: 401)
        }
        defer { server.stop() }
        var program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
            "OPENAI_API_KEY": "sk-marked-key-4711",
        ]
        let run = try await program.run("run", "mood.yaml", "--input", "sentence=Day 1 was wet.")
        #expect(run.status == 1)
        #expect(run.error.contains("OPENAI_API_KEY"))
        #expect(!(run.error + run.output).contains("sk-marked-key-4711"))
        #expect(server.requests.count == 1)
    }

    @Test("a missing key, an unknown provider and an unknown role are told apart before anything runs")
    func names() async throws {
        var program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        program.environment["OPTRACE_MODEL"] = "openai:small"
        #expect(try await program.run("eval", "mood.yaml").error.contains("OPENAI_API_KEY"))
        program.environment["OPTRACE_MODEL"] = "opnai:small"
        #expect(try await program.run("eval", "mood.yaml").error.contains("openai"))
        let role = try await program.run("eval", "mood.yaml", "--model", "jugde=local:default")
        #expect(role.status == 64)
    }

    @Test("mistakes in the arguments exit with 64, an unknown run with 1 and what there is")
    func usage() async throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try await program.run("optimize").status == 64)
        #expect(try await program.run("optimize", "a.yaml", "--steps", "0").status == 64)
        #expect(try await program.run("optimise").status == 64)
        let run = try await program.run("runs", "show", "nothing")
        #expect(run.status == 1)
        #expect(run.error.contains("no database"))
    }

    @Test("an evaluation below its threshold exits with 100, a used-up budget with 102")
    func codes() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        var program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
            "OPENAI_API_KEY": "sk-marked-key-4711",
        ]
        #expect(try await program.run("eval", "mood.yaml", "--threshold", "0.5").status == 100)
        let optimized = try await program.run("optimize", "mood.yaml", "--max-calls", "3", "--cache", "off")
        #expect(optimized.status == 102, "\(optimized.status): \(optimized.error)")
    }

    @Test("a code parameter that does not parse is refused by validate")
    func brokenCode() async throws {
        var program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        program.environment["OPTRACE_MODEL"] = "local:default"
        try program.write("def tidy(reply):\n    return (\n", to: "tidy.py")
        let run = try await program.run("validate", "mood.yaml")
        #expect(run.status == 1)
        #expect(run.error.contains("tidy"))
    }

    @Test("files that cannot be imported are told in words; parts of the data that are empty are noticed")
    func files() async throws {
        var program = try Program()
        program.environment["OPTRACE_MODEL"] = "openai:small"
        defer { program.remove() }
        try program.write("a", to: "folder/file")
        for kind in ["otlp", "tgj"] {
            let folder = try await program.run("import", kind, "folder")
            #expect(
                folder.status == 1 && folder.error.contains("cannot read folder: it is a folder"), "\(folder.error)")
            let none = try await program.run("import", kind, "none.json")
            #expect(none.error.contains("cannot read none.json: there is no such file"), "\(none.error)")
        }
        try MoodWorkflow.install(in: program)
        try program.write(#"{"sentence": "It rains.", "mood": "rainy"}"# + "\n", to: "mood.jsonl")
        let validate = try await program.run("validate", "mood.yaml")
        #expect(validate.status == 0)
        #expect(validate.error.contains("mood.jsonl leaves nothing for train and validation"), "\(validate.error)")
        let line = MoodWorkflow.yaml.split(separator: "\n").firstIndex { $0.contains("file: mood.jsonl") }
        #expect(validate.error.contains("mood.yaml:\(try #require(line) + 1):"), "\(validate.error)")
        let time = try await program.run("optimize", "mood.yaml", "--max-time", "0s")
        #expect(time.status == 64 && time.error.contains("more than nothing"), "\(time.error)")
    }
}
