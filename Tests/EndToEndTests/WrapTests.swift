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
}
