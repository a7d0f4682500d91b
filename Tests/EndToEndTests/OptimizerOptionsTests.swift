import Foundation
import Optrace
import TestServer
import Testing

@Suite("Optimizer options")
struct OptimizerOptionsTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A program with the workflow in its folder, `optimize` saying `text` about the optimizer.
    private func ready(_ text: String, asking server: TestServer? = nil) throws -> Program {
        var program = try Program()
        try MoodWorkflow.install(in: program)
        try program.write(MoodWorkflow.yaml.replacing("optimizer: optoprime", with: text), to: "mood.yaml")
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_API_KEY": "sk-marked-key-4711",
            "OPENAI_BASE_URL": "\(server?.url ?? "http://127.0.0.1:9")/v1",
        ]
        return program
    }

    /// Where `part` stands in `text`, as messages write it.
    private func place(of part: String, in text: String) throws -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains(part) })
        let start = try #require(lines[line].range(of: part)).lowerBound
        return "\(line + 1):\(lines[line].distance(from: lines[line].startIndex, to: start) + 1)"
    }

    @Test("unknown names and wrong values are told by validate and optimize, each at its place")
    func located() async throws {
        let program = try ready("optimizer: optoprime, options: { memry: 3, temperature: hot, max_tokens: 7 }")
        defer { program.remove() }
        let yaml = try program.read("mood.yaml")
        for command in ["validate", "optimize"] {
            let run = try await program.run(command, "mood.yaml")
            #expect(run.status == 1)
            for (part, message) in [
                ("memry", "optoprime has no option 'memry', did you mean 'memory'?"),
                ("hot", "expected a number from 0 to 2 for 'temperature' of optoprime, found \"hot\""),
                ("7 }", "expected a whole number from 64 to 1000000 for 'max_tokens' of optoprime, found 7"),
            ] {
                let line = "mood.yaml:\(try place(of: part, in: yaml)): \(message)"
                #expect(run.error.contains(line), "\(line) is missing in \(run.error)")
            }
        }
    }

    @Test("methods that take turns have options of their own, checked at their place, and they reach the method")
    func members() async throws {
        let program = try ready("optimizer: portfolio, options: { methods: { opro: { temprature: 0.4 }, gepaa: {} } }")
        defer { program.remove() }
        let run = try await program.run("validate", "mood.yaml")
        #expect(run.status == 1)
        let place = try place(of: "{ opro", in: try program.read("mood.yaml"))
        #expect(run.error.contains("mood.yaml:\(place): opro has no option 'temprature', did you mean 'temperature'?"))
        #expect(run.error.contains("there is no optimizer 'gepaa', did you mean 'gepa'?"))

        let server = try MoodWorkflow.server()
        defer { server.stop() }
        for methods in ["{ opro: { temperature: 0.4 } }", "[ { opro: { temperature: 0.4 } } ]"] {
            let program = try ready("optimizer: portfolio, options: { methods: \(methods) }", asking: server)
            defer { program.remove() }
            let before = try server.chats().count
            let asked = try await program.run("optimize", "mood.yaml", "--steps", "1", "--json")
            #expect(asked.status == 0, "\(asked.error)")
            let questions = try server.chats().dropFirst(before).filter { !$0.prompt.hasPrefix("Day ") }
            #expect(!questions.isEmpty && questions.allSatisfy { $0.temperature == 0.4 })
        }
    }

    @Test(
        "methods that can change nothing of a workflow are refused before anything is asked, and others beside them are not"
    )
    func unable() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready("optimizer: portfolio", asking: server)
        defer { program.remove() }
        let codeAlone = try program.read("mood.yaml")
            .replacing("  instruction: { kind: text, value: file://prompts/mood.md }\n", with: "")
            .replacing("system: $instruction", with: #"system: "Say it.""#)
        try program.write(codeAlone, to: "mood.yaml")
        let run = try await program.run("optimize", "mood.yaml", "--option", "methods=calm, prefpo")
        #expect(run.status == 64 && run.error.contains("can change none of the parameters"), "\(run.error)")
        #expect(run.error.contains("tidy (code)"))
        #expect(server.requests.isEmpty)
        let able = try await program.run(
            "optimize", "mood.yaml", "--option", "methods=calm, gepa", "--dry-run", "--json")
        #expect(able.status == 0, "\(able.error)")
        let alone = try await program.run("optimize", "mood.yaml", "--optimizer", "gepa", "--dry-run", "--json")
        #expect(try Value(json: able.output)["calls"] == (try Value(json: alone.output))["calls"])
    }

    @Test("a text that is the whole task goes with no workflow that reads inputs, told before anything is asked")
    func standalone() async throws {
        let fault = "prefpo's mode standalone is for workflows that read no inputs, and this one reads sentence"
        for (text, part) in [
            ("optimizer: prefpo, options: { mode: standalone }", "standalone"),
            ("optimizer: portfolio, options: { methods: [ opro, { prefpo: { mode: standalone } } ] }", "[ opro"),
        ] {
            let program = try ready(text)
            defer { program.remove() }
            let place = try place(of: part, in: try program.read("mood.yaml"))
            for command in ["validate", "optimize"] {
                let run = try await program.run(command, "mood.yaml")
                #expect(run.status == 1 && run.error.contains("mood.yaml:\(place): \(fault)"), "\(run.error)")
            }
        }
        let program = try ready("optimizer: prefpo")
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--option", "mode=standalone")
        #expect(run.status == 64 && run.error.contains(fault), "\(run.error)")
        #expect(try await program.run("validate", "mood.yaml").status == 0)
    }

    @Test("an unknown optimizer is told at its place in the file, and as a usage error on the command line")
    func unknown() async throws {
        let program = try ready("optimizer: optoprim")
        defer { program.remove() }
        let run = try await program.run("validate", "mood.yaml")
        #expect(run.status == 1)
        let place = try place(of: "optoprim", in: try program.read("mood.yaml"))
        #expect(run.error.contains("mood.yaml:\(place): there is no optimizer 'optoprim', did you mean 'optoprime'?"))

        try program.write(MoodWorkflow.yaml, to: "mood.yaml")
        let other = try await program.run("optimize", "mood.yaml", "--optimizer", "randm", "--dry-run")
        #expect(other.status == 64)
        #expect(other.error.contains("did you mean 'random'"))
    }

    @Test("reach the optimizer, and are part of what a run is")
    func passed() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(
            "optimizer: optoprime, options: { temperature: 0.7, dialect: tagged }", asking: server)
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--steps", "1", "--json")
        #expect(run.status == 0, "\(run.error)")
        let questions = try server.chats().filter { !$0.prompt.hasPrefix("Day ") }
        #expect(!questions.isEmpty)
        #expect(questions.allSatisfy { $0.temperature == 0.7 })
        #expect(server.requests.allSatisfy { !$0.text.contains("response_format") }, "tags need no schema")

        let name = { (text: String) throws in try Value(json: text)["run"] }
        let first = try name(String(run.lines.last ?? ""))
        try program.write(
            MoodWorkflow.yaml.replacing("optimizer: optoprime", with: "options: { memory: \"${MEMORY}\" }"),
            to: "mood.yaml")
        var names: [Value?] = [first]
        for memory in ["2", "3"] {
            var program = program
            program.environment["MEMORY"] = memory
            let run = try await program.run("optimize", "mood.yaml", "--steps", "1", "--json")
            #expect(run.status == 0, "\(run.error)")
            names.append(try name(String(run.lines.last ?? "")))
        }
        #expect(Set(names).count == 3, "other options make another run")
    }

    @Test("of one optimizer are not given to another")
    func replaced() async throws {
        let program = try ready("optimizer: optoprime, options: { memory: 3 }")
        defer { program.remove() }
        // Random search needs something it can change.
        let yaml = try program.read("mood.yaml")
            .replacing("parameters:\n", with: "parameters:\n  heat: { kind: number, value: 0, range: [0, 1] }\n")
            .replacing("temperature: 0,", with: "temperature: $heat,")
        try program.write(yaml, to: "mood.yaml")
        let run = try await program.run("optimize", "mood.yaml", "--optimizer", "random", "--dry-run")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.error.contains("random takes its defaults"))
    }

    @Test("on the command line take the place of the file's, are part of the run, and mistakes are usage errors")
    func commanded() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready("optimizer: optoprime, options: { temperature: 0.7, memory: 3 }", asking: server)
        defer { program.remove() }
        for (option, message) in [
            ("memry=3", "--option: optoprime has no option 'memry', did you mean 'memory'?"),
            (
                "temperature=hot",
                "--option: expected a number from 0 to 2 for 'temperature' of optoprime, found \"hot\""
            ),
            ("temperature", "--option takes a name and a value, such as temperature=0.2, not 'temperature'"),
        ] {
            let run = try await program.run("optimize", "mood.yaml", "--option", option)
            #expect(run.status == 64 && run.error.contains(message), "\(run.error)")
        }
        #expect(server.requests.isEmpty)

        let asked = ["optimize", "mood.yaml", "--steps", "1", "--json"]
        let run = try await program.run(asked + ["--option", "temperature=0.4", "--option", "dialect=tagged"])
        #expect(run.status == 0, "\(run.error)")
        let questions = try server.chats().filter { !$0.prompt.hasPrefix("Day ") }
        #expect(!questions.isEmpty && questions.allSatisfy { $0.temperature == 0.4 })
        #expect(server.requests.allSatisfy { !$0.text.contains("response_format") }, "tags need no schema")
        let name = try #require(try Value(json: String(run.lines.last ?? ""))["run"]?.text)
        let resumed = try await program.run("optimize", "--resume", name, "--json")
        #expect(resumed.status == 0 && resumed.lines.dropLast() == run.lines.dropLast(), "\(resumed.error)")
        let other = try await program.run("optimize", "--resume", name, "--option", "temperature=0.9")
        #expect(other.status == 64 && other.error.contains("temperature=0.9 (it was 0.4)"), "\(other.error)")
    }

    @Test("on the command line stand beside those of the file that they do not replace")
    func merged() async throws {
        let program = try ready("optimizer: optoprime, options: { temperature: 0.7, memory: 3 }")
        defer { program.remove() }
        func name(_ options: String...) async throws -> Value? {
            let given = options.flatMap { ["--option", $0] }
            let run = try await program.run(["optimize", "mood.yaml", "--dry-run", "--json"] + given)
            #expect(run.status == 0, "\(run.error)")
            return try Value(json: run.output)["run"]
        }
        let plain = try await name()
        #expect(try await name("temperature=0.7") == plain)
        #expect(try await name("memory=3", "temperature=0.7") == plain)
        #expect(try await name("temperature=0.4") != plain)
        #expect(try await name("temperature=0.4", "temperature=0.7") == plain, "the last one counts")
    }

    @Test("of every optimizer can be given on the command line", arguments: OptimizerRegistry.standard.names)
    func everyone(name: String) async throws {
        var program = try Program()
        defer { program.remove() }
        program.environment = ["OPENAI_API_KEY": "sk-marked-key-4711", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"]
        try program.write(MoodWorkflow.data, to: "mood.jsonl")
        try program.write(
            """
            name: mood
            inputs: { sentence: text }
            models: { task: "openai:small" }
            parameters:
              instruction: { kind: text, value: Which mood is it? }
              heat: { kind: number, value: 0, range: [0, 1] }
              shots: { kind: examples, value: [] }
            steps:
              mood:
                prompt: { system: "{{instruction}} {{shots}}", user: "{{sentence}}" }
                with: { instruction: $instruction, shots: $shots, sentence: $sentence }
                model: task
                temperature: $heat
            output: $mood
            data: { file: mood.jsonl, map: { sentence: sentence, expected: mood } }
            metrics: { accuracy: { exact_match: $expected } }

            """, to: "mood.yaml")
        let asked = ["optimize", "mood.yaml", "--optimizer", name, "--dry-run"]
        let options = try OptimizerRegistry.standard.options(of: name)
        let given = options.flatMap { ["--option", "\($0.name)=\($0.standard.plainText)"] }
        let run = try await program.run(asked + given)
        #expect(run.status == 0, "\(run.error)")
        let first = try #require(options.first?.name)
        let wrong = try await program.run(asked + ["--option", "\(first)s=1"])
        #expect(wrong.status == 64 && wrong.error.contains("did you mean '\(first)'?"), "\(wrong.error)")
        guard name == Portfolio.name else { return }
        let members = try await program.run(asked + ["--option", #"methods={"opro": {"values": 7}, "gepa": {}}"#])
        #expect(members.status == 0, "\(members.error)")
    }

    @Test("are described by the schema and on their page as the registry has them")
    func documented() throws {
        let registry = OptimizerRegistry.standard
        let schema = try Value(
            json: [UInt8](Data(contentsOf: Self.root.appending(path: "docs/workflow.schema.json"))))
        let page = try String(contentsOf: Self.root.appending(path: "docs/optimizers.md"), encoding: .utf8)
        let optimize = try #require(schema["$defs"]?["optimize"])
        let named = optimize["properties"]?["optimizer"]?["anyOf"]?.list?.first?["enum"]?.list?.compactMap(\.text)
        #expect(named == registry.names)
        for name in registry.names {
            #expect(page.contains("\n## \(name)\n"))
            let clause = try #require(
                optimize["allOf"]?.list?.first { $0["if"]?["properties"]?["optimizer"]?["const"]?.text == name })
            let described = try #require(clause["then"]?["properties"]?["options"])
            #expect(described["additionalProperties"] == false)
            let options = try registry.options(of: name)
            #expect(described["properties"]?.object?.names == options.map(\.name))
            for option in options {
                let property = try #require(described["properties"]?[option.name])
                #expect(property["description"]?.text == option.documentation)
                #expect(property["default"] == option.standard)
                #expect(property["anyOf"]?.list?.first == schemaType(of: option.kind), "\(name).\(option.name)")
                let row =
                    "| `\(option.name)` | \(option.expected) | `\(option.standard.json)` | \(option.documentation) |"
                #expect(page.contains(row), "missing: \(row)")
            }
        }
    }

    private func schemaType(of kind: OptimizerOption.Kind) -> Value {
        func bound(_ number: Double) -> Value { Int(exactly: number).map(Value.integer) ?? .number(number) }
        return switch kind {
        case .integer(let range):
            ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .number(let range):
            ["type": "number", "minimum": bound(range.lowerBound), "maximum": bound(range.upperBound)]
        case .flag: ["type": "boolean"]
        case .text: ["type": "string"]
        case .choice(let words): ["enum": .list(words.map(Value.text))]
        case .methods: ["type": ["string", "array", "object"]]
        }
    }
}
