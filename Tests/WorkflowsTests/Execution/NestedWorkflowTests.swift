import Evaluation
import Foundation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

@Suite("Workflows as steps")
struct NestedWorkflowTests {
    /// `flows/parts/answer.yaml` and the prompt that lies beside it.
    private static let parts = [
        "flows/parts/answer.yaml": """
        name: answer
        description: Answers one question.
        inputs: { question: text, k: integer }
        constants: { house: We sell lamps. }
        models: { task: scripted:inner, checker: scripted:check }
        parameters:
          instruction: { kind: text, value: file://tone.md, keep: ["{{question}}"] }
          polite: { kind: flag, value: true }
        steps:
          reply: { system: $house, user: $instruction, with: { question: $question, polite: $polite }, model: task }
          facts: { each: [1, 2], as: number, steps: { line: { prompt: "{{number}} {{reply}}", model: checker } } }
        output: { text: $reply, facts: $facts, told: "{{reply}} ({{k}})" }
        metrics: { fit: { regex: lamp } }
        """,
        "flows/parts/tone.md": "Answer {{question}}{{#polite}}, please{{/polite}}.\n",
    ]

    private static let outer = """
        name: desk
        inputs: { message: text }
        models: { task: scripted:outer }
        steps:
          title: { prompt: "Title of {{message}}" }
          first: { workflow: parts/answer.yaml, with: { question: $message, k: "3" } }
          second: { workflow: parts/answer.yaml, with: { question: $title, k: 4 } }
        output: [$first.told, $second.told]
        """

    private static let echo = ScriptedReplies { request in
        ChatReply(text: "<\(request.messages.last?.content ?? "")>")
    }

    private func workflow(_ yaml: String, more: [String: String] = Self.parts) throws -> Workflow {
        try Workflow(file: WorkflowFixture.read(yaml, more: more), models: { _ in Self.echo })
    }

    private func run(_ workflow: Workflow, _ fields: Fields, _ values: [String: Value] = [:]) async -> Trace {
        await workflow.run(Candidate(values: values), on: Example(id: "a", fields: fields), repetition: 0)
    }

    @Test("an inner file's parameters are the whole's under the step's name, its steps a composite operation")
    func nested() async throws {
        let workflow = try workflow(Self.outer)
        #expect(
            workflow.parameters.definitions.map(\.name)
                == ["first_instruction", "first_polite", "second_instruction", "second_polite"])
        #expect(
            workflow.file.models.map { "\($0.role) \($0.model)" } == ["task scripted:outer", "checker scripted:check"])
        let changed = ["second_instruction": Value.text("Shout {{question}}"), "first_polite": false]
        let trace = await run(workflow, ["message": "Hi"], changed)
        #expect(
            trace.result?.value == ["<Answer Hi.> (3)", "<Shout <Title of Hi>> (4)"],
            "\(trace.result?.value.json ?? "")")
        #expect(Set(trace.scopes.filter { $0.parent == nil }.map(\.name)) == ["first", "second"])
        #expect(
            trace.inputs(of: "first").map { String($0.prefix { $0 != "=" }) } == [
                "first_question", "first_k", "result",
            ])
        let reply = try #require(trace.node(named: "second_reply"))
        #expect(reply.scope.map { trace.scopes[$0].name } == "second")
        #expect(trace.node(named: "first")?.value["facts"]?.list?.count == 2)
        // Feedback on the whole's output reaches the inner parameters.
        let output = try #require(trace.result?.id)
        let reached = try trace.subgraph(from: [output]).nodes.map { trace[$0].base }
        #expect(Set(reached).isSuperset(of: ["first_instruction", "second_instruction"]))
        // The same nodes in the same order, however the steps overlap.
        let again = await run(workflow, ["message": "Hi"], changed)
        #expect(again.nodes.map(\.name) == trace.nodes.map(\.name))
    }

    @Test("workflows inside workflows inside blocks; without 'with' inputs of the same names are taken")
    func deep() async throws {
        var more = Self.parts
        more["flows/pair.yaml"] = """
            name: pair
            inputs: { question: text, k: integer }
            steps: { one: { workflow: parts/answer.yaml } }
            output: $one.text
            """
        let workflow = try workflow(
            """
            name: all
            inputs: { questions: list, k: integer }
            models: { task: scripted:a }
            steps:
              every:
                each: $questions
                as: question
                steps: { pair: { workflow: pair.yaml, with: { question: $question, k: $k } } }
            output: $every
            """, more: more)
        #expect(workflow.parameters.definitions.map(\.name) == ["pair_one_instruction", "pair_one_polite"])
        let trace = await run(workflow, ["questions": ["a", "b"], "k": 1])
        #expect(trace.result?.value == ["<Answer a, please.>", "<Answer b, please.>"], "\(trace.ending)")
        let inner = try #require(trace.nodes.last { $0.base == "pair_one_reply" }?.scope)
        var path: [String] = []
        var scope: Int? = inner
        while let at = scope {
            path.append(trace.scopes[at].name)
            scope = trace.scopes[at].parent
        }
        #expect(path == ["pair_one", "pair", "every_item", "every"])
    }

    @Test("fields of elements keep their names although the file's own are others outside")
    func sections() async throws {
        let inner = """
            name: lines
            inputs: { rows: list, name: text }
            models: { task: scripted:a }
            steps: { said: { prompt: hi } }
            output: "{{#rows}}{{name}}={{size}};{{/rows}}{{name}}/{{said}}"
            """
        let workflow = try workflow(
            """
            name: w
            inputs: { rows: list, name: text }
            models: { task: scripted:a }
            steps: { inside: { workflow: lines.yaml } }
            output: $inside
            """, more: ["flows/lines.yaml": inner])
        let rows: Value = [["name": "a", "size": 1], ["name": "b", "size": 2]]
        #expect(await run(workflow, ["rows": rows, "name": "n"]).result?.value == "a=1;b=2;n/<hi>")
    }

    @Test("an input of the wrong kind is a failure that names it, and reads what it was given")
    func wrongKind() async throws {
        let trace = await run(
            try workflow(
                Self.outer.replacingOccurrences(of: "k: \"3\"", with: "k: three")), ["message": "Hi"])
        #expect(trace.outcome.name == "failed")
        #expect(
            trace.result?.value.plainText.contains(
                "the input 'first_k' of flows/parts/answer.yaml is given a text, expected integer") == true)
    }

    @Test(
        "mistakes have their places, in whichever file they are",
        arguments: [
            (
                "workflow: parts/answer.yaml, with: { question: $message, k: \"3\" }", "workflow: parts/nothing.yaml",
                "6:22: there is no file parts/nothing.yaml (looked for at flows/parts/nothing.yaml)"
            ),
            (
                "question: $message, k: \"3\"", "qestion: $message, k: 3",
                "6:49: parts/answer.yaml has no input 'qestion', did you mean 'question'?"
            ),
            (
                ", with: { question: $message, k: \"3\" }", "",
                "nothing is called 'question', which parts/answer.yaml wants"
            ),
            ("question: $message, k: \"3\"", "question: $message", "parts/answer.yaml is not given its input 'k'"),
            ("$first.told", "$first_reply", "8:10: nothing is called $first_reply; expected one of"),
            ("title", "first_reply", "'first_reply' of the workflow in this step is the name of something else too"),
            (
                "workflow: parts/answer.yaml, with: { question: $message, k: \"3\" }", "workflow: w.yaml",
                "flows/w.yaml → flows/w.yaml contain each other"
            ),
        ] as [(String, String, String)])
    func mistakes(_ old: String, _ new: String, expected: String) {
        let yaml = Self.outer.replacingOccurrences(of: old, with: new)
        let problems = WorkflowFixture.problems(yaml, more: Self.parts.merging(["flows/w.yaml": yaml]) { $1 })
        #expect(problems.contains { $0.contains(expected) }, "\(problems)")
    }

    @Test("a mistake in an inner file is told once, with that file's place")
    func innerMistake() {
        var more = Self.parts
        more["flows/parts/answer.yaml"] = more["flows/parts/answer.yaml"]?
            .replacingOccurrences(of: "user: $instruction", with: "user: $instructions")
        let problems = WorkflowFixture.problems(Self.outer, more: more)
        #expect(problems.count == 1)
        #expect(
            problems.first?.hasPrefix(
                "flows/parts/answer.yaml:10:34: nothing is called $instructions, did you mean") == true,
            "\(problems)")
    }

    @Test("a circle over several files is told with all of them; so are too many files")
    func circles() {
        func file(_ next: String) -> String { "name: w\nsteps: { next: { workflow: \(next) } }\noutput: $next\n" }
        let problems = WorkflowFixture.problems(
            file("a.yaml"), more: ["flows/a.yaml": file("b/b.yaml"), "flows/b/b.yaml": file("../a.yaml")])
        #expect(
            problems == [
                "flows/b/b.yaml:2:28: the workflows flows/a.yaml → flows/b/b.yaml → flows/a.yaml contain each other; "
                    + "expected no workflow to be a step of itself"
            ])
        // Each holds the next one twice: without a bound, 2^30 files.
        var many: [String: String] = [:]
        for level in 0..<30 {
            many["flows/l\(level).yaml"] =
                "name: w\nsteps: { a: { workflow: l\(level + 1).yaml }, b: { workflow: l\(level + 1).yaml } }\noutput: $a\n"
        }
        many["flows/l30.yaml"] = "name: w\nmodels: { task: scripted:a }\nsteps: { a: { prompt: hi } }\noutput: $a\n"
        let tooMany = WorkflowFixture.problems(file("l0.yaml"), more: many)
        #expect(tooMany.contains { $0.contains("more than 256 workflow files are steps of one another") })
    }

    @Test("two inner files that mean different models by one role ask who plays it")
    func roles() {
        var more = Self.parts
        more["flows/parts/other.yaml"] = more["flows/parts/answer.yaml"]?
            .replacingOccurrences(of: "scripted:check", with: "scripted:other")
        let yaml = Self.outer.replacingOccurrences(
            of: "second: { workflow: parts/answer.yaml", with: "second: { workflow: parts/other.yaml")
        let problems = WorkflowFixture.problems(yaml, more: more)
        #expect(
            problems == [
                "7:23: the role 'checker' is scripted:other in flows/parts/other.yaml and scripted:check in "
                    + "flows/parts/answer.yaml; say under 'models' who plays it here"
            ])
        let settled = yaml.replacingOccurrences(
            of: "models: { task: scripted:outer }", with: "models: { task: scripted:outer, checker: task }")
        #expect(WorkflowFixture.problems(settled, more: more).allSatisfy { !$0.contains("the role") })
    }

    @Test("values are written back to the file they come from")
    func promotion() throws {
        let paths = Self.parts.merging(["flows/w.yaml": Self.outer]) { $1 }
        let files = SourceFiles { path in paths[path].map { Array($0.utf8) } }
        let file = try WorkflowFile(contentsOf: "flows/w.yaml", environment: [:], files: files)
        let both = ["first_instruction": Value.text("Say {{question}}"), "second_instruction": "Say {{question}}"]
        let edits = try Promotion(of: both, in: file, environment: [:], files: files).edits
        #expect(edits.map(\.path) == ["flows/parts/tone.md"])
        #expect(edits.first?.new == "Say {{question}}\n")
        let flags: [String: Value] = ["first_polite": false, "second_polite": false]
        let inFile = try Promotion(of: flags, in: file, environment: [:], files: files).edits
        #expect(inFile.map(\.path) == ["flows/parts/answer.yaml"])
        #expect(inFile.first?.new.contains("polite: { kind: flag, value: false }") == true)
        // One place cannot hold two values.
        #expect(throws: PromotionError.self) {
            _ = try Promotion(
                of: ["first_instruction": "Say {{question}}", "second_instruction": "Tell {{question}}"], in: file,
                environment: [:], files: files)
        }
    }

    @Test("the whole is another one when an inner file does something else, not when it is judged otherwise")
    func fingerprint() throws {
        func fingerprint(_ old: String = "", _ new: String = "") throws -> String {
            var more = Self.parts
            if !old.isEmpty {
                more = more.mapValues { $0.replacingOccurrences(of: old, with: new) }
            }
            return try WorkflowFixture.read(Self.outer, more: more).fingerprint.canonicalJSON
        }
        #expect(try fingerprint("We sell lamps.", "We sell tyres.") != fingerprint())
        #expect(try fingerprint("please", "now") != fingerprint())
        #expect(try fingerprint("regex: lamp", "regex: shade") == fingerprint())
    }

    @Test("a program of an inner file starts in that file's folder, and knows its parameters by their own names")
    func program() async throws {
        let app = """
            import os, optrace
            K = optrace.parameter("k", 2)
            @optrace.traced
            def times(x, k): return x * k
            def main(x: int): return "%s %s" % (times(x, K), os.path.basename(os.getcwd()))
            optrace.serve(main)
            """
        let inner =
            "name: inner\ninputs: { x: integer }\nparameters: { k: { kind: integer, value: 2 } }\nprogram: [python3, app.py]\n"
        let trace = try await ProgramBench.run([:]) { bench in
            let parts = bench.folder.appending(path: "parts")
            try FileManager.default.createDirectory(at: parts, withIntermediateDirectories: true)
            try app.write(to: parts.appending(path: "app.py"), atomically: true, encoding: .utf8)
            try inner.write(to: parts.appending(path: "inner.yaml"), atomically: true, encoding: .utf8)
            return try await bench.trace(
                """
                name: outer
                inputs: { x: integer }
                steps: { inner: { workflow: parts/inner.yaml } }
                output: $inner
                """, ["x": 5], candidate: ["inner_k": 3])
        }
        #expect(trace.result?.value == "15 parts", "\(trace.ending)")
        #expect(trace.parameters.map { trace[$0].base } == ["inner_k"])
        #expect(trace.scopes.map(\.name).starts(with: ["inner", "inner_program"]))
    }
}
