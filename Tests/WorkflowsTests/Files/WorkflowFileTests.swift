import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

@Suite("WorkflowFile")
struct WorkflowFileTests {
    private func replaced(_ old: String, _ new: String) -> String {
        WorkflowFixture.triage.replacing(old, with: new)
    }

    @Test("a whole file is read as it is meant")
    func whole() throws {
        let file = try WorkflowFixture.read(WorkflowFixture.triage)
        #expect(file.name == "triage")
        #expect(file.inputs.map(\.kind) == [.text])
        #expect(file.models.map(\.model.description) == ["scripted:a", "scripted:a"])
        #expect(file.parameters.map(\.definition.name) == ["instruction", "temperature", "shots", "normalise"])
        #expect(file.parameters[0].definition.initial == "Route it: {{message}}")
        #expect(file.parameters[0].file == "prompts/triage.md")
        #expect(file.parameters[1].definition.constraint.range == 0...1)
        #expect(file.steps.map(\.name) == ["reply", "queue"])
        #expect(file.output.references.map(\.name) == ["queue"])
        #expect(file.optimize.budget == Budget(calls: 3000, seconds: 1200))
        #expect(file.objective == Objective([.init("accuracy", .maximize)]))
        #expect(file.gate == GateSettings(metric: "accuracy", alpha: 0.05))
        #expect(file.data?.file == "flows/data.jsonl")
        #expect(file.warnings.isEmpty)
    }

    @Test("every mistake is told at once, each with its place")
    func allAtOnce() {
        let yaml = replaced("max_tokens: 16", "max_token: 16")
            .replacing("reply: $reply", with: "reply: $replay")
            .replacing("range: [0, 1]", with: "range: [1, 0]")
            .replacing("holdout: 0.25", with: "holdout: 0.5")
            .replacing("exact_match", with: "exact_mach")
            .replacing("message: text\n", with: "message: txt\n")
        #expect(
            WorkflowFixture.problems(yaml)
                == [
                    "5:12: 'txt' is no type of input, did you mean 'text'?",
                    "11:49: the range [1.0, 0.0] is empty; expected the lower end first",
                    "15:118: unknown key 'max_token' in a prompt step, did you mean 'max_tokens'?",
                    "16:45: nothing is called $replay, did you mean '$reply'?",
                    "21:10: the shares of the split add up to 1.25, expected 1",
                    "23:15: unknown metric 'exact_mach', did you mean 'exact_match'?",
                ].map { $0.replacing("'$reply'", with: "'reply'") })
    }

    @Test(
        "one mistake, one message",
        arguments: [
            ("name: triage\n", "", "2:1: the workflow has no name"),
            ("output: $queue\n", "", "2:1: the workflow has no output; expected 'output', such as 'output: $queue'"),
            ("$queue\n", "$nothing\n", "17:9: nothing is called $nothing; expected one of $message"),
            (
                "model: task", "model: tusk",
                "'tusk' is neither provider:model nor a role of 'models', did you mean 'task'?"
            ),
            ("normalise.py", "normalize.py", "there is no file normalize.py (looked for at flows/normalize.py)"),
            (
                "temperature: $temperature", "temperature: warm",
                "expected a number for 'temperature', found the text 'warm'"
            ),
            (
                "temperature: $temperature", "temperature: 3",
                "expected a number from 0.0 to 2.0 for 'temperature', found 3"
            ),
            (
                "temperature: $temperature", "temperature: $shots",
                "expected number, integer or choice for 'temperature'"
            ),
            (
                "value: 0, range", "value: 2, range",
                "11:39: the value of 'temperature' is not allowed: 2.0 is outside its range, 0.0 to 1.0"
            ),
            ("kind: number", "kind: numer", "'numer' is no kind, did you mean 'number'?"),
            ("max: 4", "range: [0, 4]", "'range' means nothing for a parameter of kind examples"),
            (
                "with: { reply: $reply }", "with: { replay: $reply }",
                "normalise has no parameter 'replay', did you mean 'reply'?"
            ),
            ("reply: $reply", "reply: $queue", "16:3: the steps queue → queue read each other"),
            ("$expected, feedback", "$expect, feedback", "examples have no field $expect, did you mean 'expected'?"),
            ("got {{output}}", "got {{outputs}}", "23:77: uses {{outputs}}, did you mean 'output'?; available:"),
            (
                "maximize: accuracy", "maximize: acuracy",
                "24:24: no metric is called 'acuracy', did you mean 'accuracy'?"
            ),
            ("alpha: 0.05", "alpha: 5", "expected a number above 0 and below 0.5 for 'alpha', found 5.0"),
            ("time: 20m", "time: soon", "expected a time such as 90s, 20m or 1h30m for 'time', found the text 'soon'"),
            ("description: Route a message.", "name: again", "3:1: duplicate key 'name'; it already stands in line 2"),
            (
                "${OPTRACE_MODEL:-scripted:a}", "${OPTRACE_MODEL}",
                "7:9: the environment variable OPTRACE_MODEL is not set"
            ),
            ("scripted:a}", "optimizer}", "name each other; expected a model"),
            (
                "code: $normalise", "code: $shots",
                "expected a parameter of kind code, $shots is a parameter of kind examples"
            ),
            (
                "queue: { code: $normalise, with", "queue: { workflow: triage.yaml, with",
                "16:22: there is no file triage.yaml (looked for at flows/triage.yaml)"
            ),
            ("normalise(reply: str)", "normalise(reply: str", "expected"),
            ("steps: 10", "steps: ${STEPS:-10}", "inside { } and [ ], ${…} needs quotes"),
            ("inputs:\n", "inputs: [\n", "not valid YAML"),
            ("data.jsonl", "data.json", "there is no file data.json"),
        ])
    func single(_ old: String, _ new: String, expected: String) {
        let problems = WorkflowFixture.problems(replaced(old, new))
        #expect(problems.contains { $0.contains(expected) }, "\(problems)")
        #expect(problems.count == 1, "\(problems)")
    }

    @Test("names in a prompt's file are located there")
    func promptFile() {
        let problems = WorkflowFixture.problems(
            WorkflowFixture.triage, more: ["prompts/triage.md": "Route it.\n{{message}} {{mesage}}"])
        #expect(
            problems == ["prompts/triage.md:2:13: uses {{mesage}}, did you mean 'message'?; available: message, shots"])
    }

    @Test("names in a literal block are located in it")
    func block() {
        let problems = WorkflowFixture.problems(
            """
            name: w
            inputs: { a: text }
            models: { task: scripted:x }
            steps:
              s:
                prompt: |
                  First {{a}}
                  then {{b}}
            output: $s
            """)
        #expect(problems == ["8:12: uses {{b}}; available: a, s"])
    }

    @Test("what is never read is a warning, not an error")
    func unused() throws {
        let file = try WorkflowFixture.read(
            replaced("temperature: $temperature, ", "").replacing(", shots: $shots", with: ""))
        #expect(
            file.warnings.map(\.description) == [
                "flows/w.yaml:11:3: warning: unused parameter 'temperature': no step reads it, so optimizing it changes nothing",
                "flows/w.yaml:12:3: warning: unused parameter 'shots': no step reads it, so optimizing it changes nothing",
            ])
    }

    @Test("several duplicates are all told, and do not hide other mistakes")
    func duplicates() {
        let problems = WorkflowFixture.problems(
            """
            name: a
            name: b
            steps: { s: { code: "x", code: "y", entry: "f()" } }
            "output": $s
            output: $q
            """)
        #expect(
            problems == [
                "2:1: duplicate key 'name'; it already stands in line 1",
                "3:26: duplicate key 'code'; it already stands in line 3",
                "5:1: duplicate key 'output'; it already stands in line 4",
                "5:9: nothing is called $q; expected one of $s",
            ])
    }

    @Test("steps are put in order whatever order they are written in")
    func order() throws {
        let file = try WorkflowFixture.read(
            """
            name: w
            inputs: { a: text }
            steps:
              last: { command: [cat], stdin: "{{middle}}{{first}}" }
              middle: { command: [echo, "{{first}}"] }
              first: { command: [echo, "{{a}}"] }
            output: { x: $last, y: [$first, 1] }
            """)
        #expect(file.steps.map(\.name) == ["first", "middle", "last"])
    }

    @Test("the environment fills in and YAML's own types follow from it")
    func environment() throws {
        let yaml = replaced("steps: 10", "steps: \"${STEPS:-10}\"").replacing(
            "Route a message.", with: "\"$${X} ${Y}\"")
        let file = try WorkflowFixture.read(
            yaml, environment: ["STEPS": "3", "Y": "why", "OPTRACE_MODEL": "openai:m"])
        #expect(file.optimize.steps == 3)
        #expect(file.description == "${X} why")
        #expect(file.models[0].model == ModelName(provider: "openai", model: "m"))
    }

    @Test(
        "scalars mean what YAML 1.2 says",
        arguments: [
            ("no", "no" as Value), ("on", "on"), ("true", true), ("~", nil), ("12", 12), ("-3", -3), ("1.5", 1.5),
            ("1e3", 1000.0), ("0x1F", 31), ("1.2.3", "1.2.3"), ("+", "+"), ("2024-01-01", "2024-01-01"), (".5", 0.5),
            ("--1", "--1"), ("e5", "e5"), ("99999999999999999999", 99999999999999999999.0), (".", "."),
        ])
    func scalars(_ text: String, _ value: Value) {
        #expect(SourceNode.meaning(of: .init(text: text, isPlain: true, layout: .unknown)) == value)
        #expect(SourceNode.meaning(of: .init(text: text, isPlain: false, layout: .unknown)) == .text(text))
    }

    @Test("paths follow from the workflow file's folder")
    func paths() {
        #expect(SourceFiles.path("../prompts/a.md", in: "workflows") == "prompts/a.md")
        #expect(SourceFiles.path("../a", in: "") == "../a")
        #expect(SourceFiles.path("./x/../a", in: "/w/v") == "/w/v/a")
        #expect(SourceFiles.path("/a", in: "w") == "/a")
        #expect(SourceFiles.path("../a", in: "..") == "../../a")
    }

    @Test("times", arguments: [("20m", 1200.0), ("1h30m", 5400), ("500ms", 0.5), ("90", 90), ("2d", 172_800)])
    func times(_ text: String, _ seconds: Double) {
        #expect(WorkflowReader.seconds(text) == seconds)
    }

    @Test("no times", arguments: ["", "m", "5x", "5 m", "1h-3m"])
    func noTimes(_ text: String) { #expect(WorkflowReader.seconds(text) == nil) }

    @Test("whatever is in a file, reading it ends with a workflow or with located problems", arguments: 0..<200)
    func arbitrary(_ seed: Int) {
        var scalars = Array(WorkflowFixture.triage.unicodeScalars)
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
        let pieces = Array(" \n:{}[],#&*!|>'\"%@`-?$a0\t\u{0}\u{FEFF}é\u{E000}".unicodeScalars)
        for _ in 0..<(1 + seed % 8) {
            let place = draw(scalars.count)
            switch draw(3) {
            case 0: scalars.remove(at: place)
            case 1: scalars.insert(pieces[draw(pieces.count)], at: place)
            default: scalars[place] = pieces[draw(pieces.count)]
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        do throws(WorkflowFileError) {
            _ = try WorkflowFixture.read(String(view))
        } catch {
            #expect(error.problems.contains { $0.severity == .error })
            #expect(
                error.problems.allSatisfy { $0.location.line >= 1 && $0.location.column >= 1 && !$0.message.isEmpty })
        }
    }

    /// Aliases of aliases: a short text for 8¹² nodes.
    static let bomb: String = {
        var lines = ["a: &b0 [x]"]
        for index in 1...12 {
            let aliases = Array(repeating: "*b\(index - 1)", count: 8).joined(separator: ", ")
            lines.append("b\(index): &b\(index) [\(aliases)]")
        }
        return lines.joined(separator: "\n")
    }()

    static let staircase: String = {
        var text = ""
        for depth in 0..<3000 { text += String(repeating: " ", count: depth) + "a:\n" }
        return text
    }()

    @Test(
        "hostile documents are refused",
        arguments: [
            String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
            String(repeating: "{a: ", count: 50_000), WorkflowFileTests.staircase,
            WorkflowFileTests.bomb,
            "", "---", "- a", "a", "? [a]\n: b", "? {a: b}\n: c\n? {a: b}\n: d", "*x", "%YAML 9.9\n---\na: b",
        ])
    func hostile(_ yaml: String) {
        #expect(throws: WorkflowFileError.self) { try WorkflowFixture.read(yaml) }
    }
}
