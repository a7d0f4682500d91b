import Foundation
import Testing
import TestServer
import TraceGraph

/// A Python program from its first wrapping to the promotion of better values, with the real program and a real Python.
@Suite("Wrapping a program")
struct WrapTests {
    private static let module = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "python").path

    private static let app = """
        import optrace

        INSTRUCTION = optrace.parameter("instruction", "What do you make of this?")

        @optrace.traced
        def tidy(reply):
            return reply.strip().lower()

        def mood(sentence: str) -> str:
            "Says whether a sentence is about good or bad weather."
            reply = optrace.ask([{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": sentence}])
            return tidy(reply)

        optrace.serve(mood)
        """

    private func program() throws -> Program {
        var program = try Program()
        program.environment["PYTHONPATH"] = Self.module
        program.environment["PYTHONDONTWRITEBYTECODE"] = "1"
        try program.write(Self.app, to: "mood.py")
        try program.write(MoodWorkflow.data, to: "mood.jsonl")
        return program
    }

    @Test("is discovered, runs, is optimized and promoted")
    func whole() async throws {
        var program = try program()
        defer { program.remove() }
        let server = try MoodWorkflow.server()
        program.environment["OPENAI_BASE_URL"] = server.url + "/v1"
        program.environment["OPENAI_API_KEY"] = "test"
        program.environment["OPTRACE_MODEL"] = "openai:task"
        let wrap = try await program.run(
            "wrap", "--data", "mood.jsonl", "--expected", "mood", "--input", "sentence=Day 0 was bright.", "--",
            "python3", "mood.py")
        #expect(wrap.status == 0, "\(wrap.error)")
        #expect(wrap.output == "mood.yaml\n")
        #expect(wrap.error.contains("parameters  instruction (text)"))
        #expect(wrap.error.contains("output      text, from 4 nodes"), "\(wrap.error)")
        let again = try await program.run("wrap", "--", "python3", "mood.py")
        #expect(again.status == 1 && again.error.contains("mood.yaml is there already"))

        let validated = try await program.run("validate", "mood.yaml")
        #expect(validated.status == 0, "\(validated.error)")
        let run = try await program.run("run", "mood.yaml", "--input", "sentence=Day 3 was wet.")
        #expect(run.output == "what a day that must have been!\n", "\(run.error)")

        let optimized = try await program.run("optimize", "mood.yaml", "--seed", "1")
        #expect(optimized.status == 0, "\(optimized.error)")
        #expect(optimized.output.contains("PROMOTE"), "\(optimized.output)\(optimized.error)")
        let promoted = try await program.run("promote", "latest")
        #expect(promoted.status == 0, "\(promoted.error)")
        #expect(try program.read("mood.yaml").contains(MoodWorkflow.better))
        let rerun = try await program.run("run", "mood.yaml", "--input", "sentence=Day 3 was wet.")
        #expect(rerun.output == "rainy\n", "\(rerun.error)")
    }

    @Test("leaves open what nobody has said, in a file that runs as it stands")
    func open() async throws {
        var program = try program()
        defer { program.remove() }
        let server = try MoodWorkflow.server()
        program.environment["OPENAI_BASE_URL"] = server.url + "/v1"
        program.environment["OPENAI_API_KEY"] = "test"
        program.environment["OPTRACE_MODEL"] = "openai:task"
        let wrap = try await program.run("wrap", "--output", "w.yaml", "--", "python3", "mood.py")
        #expect(wrap.status == 0, "\(wrap.error)")
        #expect(wrap.error.contains("not tried; run it once with --input sentence=…"))
        let yaml = try program.read("w.yaml")
        #expect(yaml.contains("# TODO data") && yaml.contains("# TODO metric"))
        let run = try await program.run("run", "w.yaml", "--input", "sentence=Day 3 was wet.")
        #expect(run.status == 0, "\(run.error)")
        // What is marked becomes a workflow that can be evaluated once the marks are taken away.
        let told = yaml.split(separator: "\n").map(String.init)
        let marks = told.firstIndex { $0.hasPrefix("# Then take away") }
        let opened = told.enumerated().map { index, line in
            index > (marks ?? 0) && line.hasPrefix("# ") ? String(line.dropFirst(2)) : line
        }
        try program.write(opened.joined(separator: "\n"), to: "w.yaml")
        try program.write(MoodWorkflow.data.replacing("\"mood\"", with: "\"expected\""), to: "data/mood.jsonl")
        let eval = try await program.run("eval", "w.yaml")
        #expect(eval.status == 0, "\(eval.error)")
    }

    @Test("a program that does not speak the protocol is told what it lacks")
    func silent() async throws {
        let program = try program()
        defer { program.remove() }
        try program.write("print('hello')", to: "silent.py")
        let wrap = try await program.run("wrap", "--", "python3", "silent.py")
        #expect(wrap.status == 1)
        #expect(wrap.error.contains("ended with status 0 before it said 'hello': hello"), "\(wrap.error)")
        #expect(wrap.error.contains("optrace.serve"))
        let none = try await program.run("wrap")
        #expect(none.status == 64, "\(none.error)")
    }

    @Test("what would make a file that does not work is refused: data, fields, names, values")
    func refusals() async throws {
        let program = try program()
        defer { program.remove() }
        func refused(_ options: String...) async throws -> (status: Int, error: String) {
            let run = try await program.run(["wrap"] + options + ["--", "python3", "mood.py"])
            #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "mood.yaml").path))
            return (run.status, run.error)
        }
        let data = try await refused("--data", "none.jsonl")
        #expect(data.status == 1 && data.error.contains("there is no file none.jsonl with examples"), "\(data)")
        let field = try await refused("--data", "mood.jsonl", "--expected", "mod")
        #expect(
            field.status == 1 && field.error.contains("no row has a field 'mod' (for expected), did you mean 'mood'?"))
        #expect(field.error.contains("--expected"), "\(field)")
        let name = try await refused("--name", "a b")
        #expect(name.status == 64 && name.error.contains("not 'a b'"), "\(name)")
        try program.write("import optrace\noptrace.parameter('k', 5, range=(1, 3))\n", to: "mood.py")
        let value = try await refused()
        #expect(value.error.contains("parameter 'k': 5 is outside its range, 1 to 3"), "\(value)")
    }

    @Test("the plan of a run counts what the program asks, once an example shows it, and says so before")
    func forecast() async throws {
        var program = try program()
        defer { program.remove() }
        try program.write("rules: [{ reply: Sunny }]\n", to: "script.yaml")
        program.environment["OPTRACE_MODEL"] = "scripted:script.yaml"
        let wrap = try await program.run(
            "wrap", "--data", "mood.jsonl", "--expected", "mood", "--", "python3", "mood.py")
        #expect(wrap.status == 0, "\(wrap.error)")
        let before = try Value(json: try await program.run("optimize", "mood.yaml", "--dry-run", "--json").output)
        #expect(before["calls_per_example"] == 0)
        #expect(before["warnings"]?.list?.first?.text?.contains("what the program itself asks") == true)
        let run = try await program.run("run", "mood.yaml", "--input", "sentence=Day 3 was wet.")
        #expect(run.output == "sunny\n", "\(run.error)")
        let after = try Value(json: try await program.run("optimize", "mood.yaml", "--dry-run", "--json").output)
        #expect(after["calls_per_example"] == 1 && after["basis"] == "from 1 recorded execution")
        #expect(after["warnings"]?.list?.contains { $0.text?.contains("the program itself") == true } == false)
        #expect(after["run"]?.text?.contains(":") == false && after["title"]?.text?.hasPrefix("optoprime with") == true)
    }

    @Test("a script of a workflow file is found beside it, wherever one stands")
    func script() async throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("rules: [{ reply: beside }]\n", to: "deep/script.yaml")
        try program.write(
            """
            name: w
            inputs: { x: text }
            models: { task: "scripted:script.yaml" }
            steps: { y: { prompt: "{{x}}" } }
            output: $y
            """, to: "deep/w.yaml")
        let run = try await program.run("run", "deep/w.yaml", "--input", "x=a")
        #expect(run.output == "beside\n", "\(run.error)")
        let validate = try await program.run("validate", "deep/w.yaml")
        #expect(validate.status == 0, "\(validate.error)")
    }
}
