import TestServer
import Testing

@Suite("The name of a run")
struct RunNameTests {
    /// The name that a run of the workflow in the program's folder would have.
    func name(_ program: Program, _ options: String...) async throws -> String {
        let run = try await program.run(["optimize", "mood.yaml", "--dry-run"] + options)
        #expect(run.status == 0, "\(run.error)")
        return String(run.output.prefix { $0 != ":" })
    }

    @Test("covers texts, variables, prices, endpoint, gate and options, and nothing that makes no difference")
    func covers() async throws {
        var program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        let yaml = MoodWorkflow.yaml.replacing("user: \"{{sentence}}\"", with: "user: file://user.md")
            .replacing("temperature: 0,", with: "temperature: \"${HEAT:-0}\",")
        try program.write(yaml, to: "mood.yaml")
        try program.write("{{sentence}}", to: "user.md")
        try program.write("openai:small: { prompt: 1, completion: 2 }\n", to: "prices.yaml")
        try program.write("openai:other: { prompt: 1, completion: 2 }\n", to: "others.yaml")
        program.environment = ["OPTRACE_MODEL": "openai:small", "OPENAI_API_KEY": "sk-marked-key-4711"]
        let first = try await name(program)
        #expect(try await name(program) == first)
        var names = [first]
        for (variable, value) in [
            ("HEAT", "1"), ("OPENAI_BASE_URL", "http://127.0.0.1:1/v1"), ("OPTRACE_PRICES", "prices.yaml"),
        ] {
            var other = program
            other.environment[variable] = value
            names.append(try await name(other))
        }
        names.append(try await name(program, "--stop-file", "stop"))
        names.append(try await name(program, "--steps", "2"))
        try program.write("Say: {{sentence}}", to: "user.md")
        names.append(try await name(program))
        try program.write("{{sentence}}", to: "user.md")
        try program.write(yaml.replacing("alpha: 0.05", with: "alpha: 0.01"), to: "mood.yaml")
        names.append(try await name(program))
        #expect(Set(names).count == names.count, "\(names)")

        try program.write("# the same\n" + yaml, to: "mood.yaml")
        program.environment["OPTRACE_PRICES"] = "others.yaml"
        program.environment["OPENAI_API_KEY"] = "sk-another"
        #expect(try await name(program) == first)
    }
}
