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
            let before = server.requests.count
            let asked = try await program.run("optimize", "mood.yaml", "--steps", "1", "--json")
            #expect(asked.status == 0, "\(asked.error)")
            let questions = try server.requests.dropFirst(before).map {
                try JSONDecoder().decode(TestChat.self, from: Data($0.body))
            }.filter { !$0.prompt.hasPrefix("Day ") }
            #expect(!questions.isEmpty && questions.allSatisfy { $0.temperature == 0.4 })
        }
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
        let questions = try server.requests.map { try JSONDecoder().decode(TestChat.self, from: Data($0.body)) }
            .filter { !$0.prompt.hasPrefix("Day ") }
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
