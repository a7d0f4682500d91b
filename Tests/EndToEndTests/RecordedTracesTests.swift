import Foundation
import Optrace
import Synchronization
import TestServer
import Testing
import TraceGraph

/// A program that runs elsewhere and is only traced: from its spans to new values in the workflow's files.
@Suite("Traces that others recorded")
struct RecordedTracesTests {
    private static let yaml = """
        name: answers
        description: Answers questions about plays.
        models: { optimizer: "${OPTRACE_MODEL}" }
        parameters:
          instruction: { kind: text, value: file://instruction.md }
        bindings: { instruction: ask/system }

        """

    private static let instruction = "Answer briefly."
    private static let better = "Answer with the name and the year."

    private func program(_ model: TestServer? = nil) throws -> Program {
        var program = try Program()
        try program.write(Self.yaml, to: "answers.yaml")
        try program.write(Self.instruction + "\n", to: "instruction.md")
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_API_KEY": "sk-x", "PYTHONDONTWRITEBYTECODE": "1",
            "OPENAI_BASE_URL": (model?.url ?? "http://127.0.0.1:9") + "/v1",
        ]
        return program
    }

    @Test("come over HTTP in both encodings, compressed, in pieces; what is wrong is refused with its reason")
    func receiver() async throws {
        let program = try program()
        defer { program.remove() }
        try await PythonCheck(script: "telemetry.py").run(["answers.yaml"], with: program)
        let store = try TraceStore(path: program.folder.appending(path: "cache/optrace.sqlite").path)
        let first = try store.trace(id: 1)
        #expect(first.parameters.map { first[$0].value } == ["Answer briefly."])
        try store.close()
    }

    /// A request with one span for each question, asked with `instruction`.
    private func spans(_ instruction: String, _ answers: [(question: String, answer: String)]) -> String {
        let spans = answers.enumerated().map { place, item -> Value in
            func attribute(_ name: String, _ value: String) -> Value {
                ["key": .text(name), "value": ["stringValue": .text(value)]]
            }
            let id = "\(instruction.count)-\(place)"
            return [
                "traceId": .text(id), "spanId": .text(id), "name": "ask", "startTimeUnixNano": "1",
                "endTimeUnixNano": "2",
                "attributes": [
                    attribute("gen_ai.request.model", "small"), attribute("gen_ai.system_instructions", instruction),
                    attribute(
                        "gen_ai.input.messages",
                        Value.list([["role": "user", "content": .text(item.question)]]).json),
                    attribute("output.value", item.answer),
                ],
            ]
        }
        return Value.object(["resourceSpans": [["scopeSpans": [["spans": .list(spans)]]]]]).json
    }

    @Test(
        "get feedback, and an optimizer proposes from them; the gate says that nothing is verified; values are written")
    func proposal() async throws {
        let asked = LastPrompt()
        let server = try TestServer.chat { chat in
            asked.note(chat.prompt)
            return .text(#"{"reasoning": "The year is missing.", "suggestion": {"instruction": "\#(Self.better)"}}"#)
        }
        defer { server.stop() }
        let program = try program(server)
        defer { program.remove() }
        try program.write(
            spans(Self.instruction, [("Who wrote Faust?", "Goethe"), ("Who wrote Hamlet?", "Shakespeare")]),
            to: "spans.json")
        let none = try await program.run("propose", "answers.yaml")
        #expect(none.status == 1 && none.error.contains("there are no traces of 'answers'"), "\(none.error)")
        let imported = try await program.run("import", "otlp", "spans.json", "--workflow", "answers.yaml")
        #expect(imported.status == 0 && imported.lines.count == 2, "\(imported.error)")
        for command in ["run", "eval", "optimize"] {
            let refused = try await program.run(command, "answers.yaml")
            #expect(refused.status == 1 && refused.error.contains("optrace propose answers.yaml"), "\(refused.error)")
        }
        let said = try await program.run(
            "traces", "feedback", "1", "--text", "The year 1808 is missing.", "--score", "right=0.25")
        #expect(said.status == 0 && said.error == "trace 1: noted on ask:0\n", "\(said.error)")
        let wrong = try await program.run("traces", "feedback", "1", "--text", "x", "--node", "nobody")
        #expect(wrong.status == 64 && wrong.error.contains("no node 'nobody'"), "\(wrong.error)")
        _ = try await program.run("traces", "feedback", "2", "--score", "right=0.75")

        let proposed = try await program.run("propose", "answers.yaml", "--siblings", "1")
        #expect(proposed.status == 0, "\(proposed.error)")
        #expect(proposed.output.contains("+ \(Self.better)"), "\(proposed.output)")
        #expect(proposed.output.contains("recorded traces cannot be run again"), "\(proposed.output)")
        #expect(proposed.output.hasPrefix("INCONCLUSIVE"), "\(proposed.output)")
        #expect(proposed.error.contains("2 traces shown to optoprime, 1 with feedback in words"), "\(proposed.error)")
        // What it was shown: the instruction as it is, what came of it, what was said.
        let prompt = asked.text
        for part in [Self.instruction, "Goethe", "The year 1808 is missing."] { #expect(prompt.contains(part)) }

        let runs = try await program.run("runs", "list", "--json")
        #expect(runs.output.contains("answers-proposal-"), "\(runs.output) \(runs.error)")
        let unforced = try await program.run("promote", "latest")
        #expect(unforced.status == 101, "\(unforced.error)")
        let promoted = try await program.run("promote", "latest", "--candidate", "c1", "--force")
        #expect(promoted.status == 0, "\(promoted.error)")
        #expect(try program.read("instruction.md") == Self.better + "\n")

        // The new values at work: their traces are told apart from the old ones, with what each scored.
        try program.write(spans(Self.better, [("Who wrote Faust?", "Goethe, 1808")]), to: "spans.json")
        let later = try await program.run("import", "otlp", "spans.json", "--workflow", "answers.yaml", "--json")
        let number = try #require(try later.lines.first.map { try Value(json: String($0))["trace"]?.integer } ?? nil)
        _ = try await program.run("traces", "feedback", "\(number)", "--score", "right=1")
        let again = try await program.run("propose", "answers.yaml", "--siblings", "1", "--json")
        #expect(again.status == 0, "\(again.error)")
        #expect(again.error.contains("c0  1 trace, score 1.000"), "\(again.error)")
        #expect(again.error.contains("c1  2 traces, score 0.500, differs in instruction"), "\(again.error)")
        let last = try Value(json: String(try #require(again.lines.last)))
        #expect(last["schema"] == "optrace.proposal.v1" && last["score"] == 1.0)
        let unfit = try await program.run("propose", "answers.yaml", "--optimizer", "bayesian")
        #expect(unfit.status == 64 && unfit.error.contains("expected optoprime, textgrad, opro"), "\(unfit.error)")
    }

    @Test("a promptfoo configuration becomes files that validate, and that are not written over")
    func promptfoo() async throws {
        let program = try program()
        defer { program.remove() }
        try program.write(
            """
            prompts: [file://ask.txt]
            providers: [openai:gpt-4o-mini]
            tests: file://tests.csv
            sharing: false
            extensions: [file://hook.py]
            """, to: "suite/promptfooconfig.yaml")
        try program.write("Name the capital of {{country}}.\n", to: "suite/ask.txt")
        try program.write(
            "country,__expected,__expected2\n"
                + (0..<12).map { "Land \($0),contains: City \($0),regex: ^C\n" }.joined(), to: "suite/tests.csv")
        let imported = try await program.run(
            "import", "promptfoo", "suite/promptfooconfig.yaml", "--output", "flows")
        #expect(imported.status == 0, "\(imported.error)")
        #expect(
            imported.output == "flows/suite.yaml\nflows/suite.jsonl\nflows/suite_assertions.py\n", "\(imported.output)")
        #expect(imported.error.contains("not carried over: extensions: not carried over"), "\(imported.error)")
        let valid = try await program.run("validate", "flows/suite.yaml")
        #expect(valid.status == 0, "\(valid.output)\(valid.error)")
        let again = try await program.run("import", "promptfoo", "suite/promptfooconfig.yaml", "--output", "flows")
        #expect(again.status == 1 && again.error.contains("flows/suite.yaml is there already"), "\(again.error)")
        let missing = try await program.run("import", "promptfoo", "nothing.yaml")
        #expect(missing.status == 1 && missing.error.contains("there is no file"), "\(missing.error)")
    }
}

/// What a model was asked last.
private final class LastPrompt: Sendable {
    private let last = Mutex("")

    var text: String { last.withLock { $0 } }

    func note(_ prompt: String) { last.withLock { $0 = prompt } }
}
