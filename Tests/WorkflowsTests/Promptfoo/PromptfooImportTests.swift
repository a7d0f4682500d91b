import Evaluation
import Foundation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

@Suite("Promptfoo configurations")
struct PromptfooImportTests {
    private func imported(
        _ config: String, _ more: [String: String] = [:], name: String = "promptfooconfig.yaml"
    ) throws -> PromptfooImport {
        let all = more.merging(["suite/\(name)": config]) { $1 }
        return try PromptfooImport(
            contentsOf: "suite/\(name)", writingTo: "out",
            files: SourceFiles { path in all[path].map { Array($0.utf8) } })
    }

    /// The workflow as it is read again, with its examples.
    private func read(
        _ imported: PromptfooImport, _ more: [String: String] = [:]
    ) throws -> (file: WorkflowFile, examples: [Example]) {
        let made = Dictionary(imported.files.map { ("out/\($0.path)", $0.content) }, uniquingKeysWith: { $1 })
            .merging(more) { $1 }
        let files = SourceFiles { path in made[path].map { Array($0.utf8) } }
        let file = try WorkflowFile(contentsOf: "out/\(imported.files[0].path)", environment: [:], files: files)
        return (file, file.data == nil ? [] : try file.dataset(files: files).examples)
    }

    @Test("one prompt, one provider and assertions of one kind: a text, a role and a built-in metric, nothing lost")
    func plain() throws {
        let imported = try imported(
            """
            description: Capitals
            prompts: ["What is the capital of {{ country }}?"]
            providers:
              - id: openai:chat:gpt-4o-mini
                config: { temperature: 0.2, max_tokens: 20 }
            tests:
              - vars: { country: France }
                assert: [{ type: icontains, value: paris }]
              - description: the south
                vars: { country: Chile }
                assert: [{ type: icontains, value: santiago }]
            """)
        #expect(imported.remarks.isEmpty, "\(imported.remarks)")
        #expect(imported.name == "suite" && imported.files.map(\.path) == ["suite.yaml", "suite.jsonl"])
        let (file, examples) = try read(imported)
        #expect(file.warnings.isEmpty, "\(file.warnings)")
        #expect(file.description == "Capitals")
        #expect(file.models.first?.model.description == "openai:gpt-4o-mini")
        let prompt = try #require(file.parameters.first?.definition)
        #expect(prompt.kind == .text && prompt.initial == "What is the capital of {{country}}?")
        #expect(prompt.constraint.keep == ["{{country}}"])
        #expect(file.metrics.map(\.kind) == [.contains])
        #expect(file.metrics.first?.options["ignore_case"] == true)
        #expect(examples.map(\.id) == ["test-1", "the south"])
        #expect(examples.map { $0["expected"] } == ["paris", "santiago"])
        guard case .prompt(let action) = try #require(file.steps.first).action else {
            Issue.record("no prompt")
            return
        }
        #expect(action.temperature == .literal(.number(0.2)) && action.maximumTokens == .literal(.integer(20)))
    }

    private static let files = [
        "suite/prompts/chat.json":
            #"[{"role": "system", "content": "You are {{tone}}."}, {"role": "user", "content": "{{question}}"}]"#,
        "suite/tests/more.csv": """
        question,tone,__expected,__expected2,__description
        What is 2+2?,dry,contains: 4,not-contains: 5,sum
        Who wrote it?,kind,Ada,,author
        """,
        "suite/default.yaml": "vars: { tone: calm }\nassert: [{ type: llm-rubric, value: 'Is {{tone}} in tone' }]\n",
    ]

    @Test("chats, tables, default tests, several providers: what is carried over is all there")
    func rich() throws {
        let imported = try imported(
            """
            prompts: file://prompts/chat.json
            providers: [openai:gpt-4o-mini, anthropic:messages:claude-haiku-4-5, "vertex:gemini-2.0-flash"]
            defaultTest: file://default.yaml
            tests:
              - file://tests/more.csv
              - vars: { question: [one, two] }
                assert:
                  - { type: regex, value: "^[a-z]+$", weight: 2 }
                  - { type: javascript, value: "output.length < 9" }
                  - { type: latency, threshold: 100 }
                threshold: 0.5
            evaluateOptions: { maxConcurrency: 3 }
            """, Self.files)
        let (file, examples) = try read(imported)
        #expect(file.warnings.isEmpty, "\(file.warnings)")
        #expect(file.parameters.map(\.definition.name) == ["system", "prompt", "model"])
        #expect(
            file.definition(of: "model")?.constraint.options == ["openai:gpt-4o-mini", "anthropic:claude-haiku-4-5"])
        #expect(file.inputs.map(\.name) == ["tone", "question"])
        #expect(examples.map(\.id) == ["sum", "author", "test-3", "test-4"])
        #expect(examples.map { $0["tone"] } == ["dry", "kind", "calm", "calm"])
        #expect(examples[2]["question"] == "one" && examples[3]["question"] == "two")
        #expect(
            examples[0]["assertions"] == [
                ["type": "contains", "value": "4"], ["type": "contains", "value": "5", "not": true],
            ])
        #expect(examples[1]["assertions"] == [["type": "equals", "value": "Ada"]])
        #expect(examples[2]["assertions"] == [["type": "regex", "value": "^[a-z]+$", "weight": 2.0]])
        #expect(
            examples.map { $0["rubric"] } == [
                "Is dry in tone", "Is kind in tone", "Is calm in tone", "Is calm in tone",
            ])
        #expect(file.metrics.map(\.kind) == [.code, .judge])
        #expect(file.metrics[1].options["fields"] == ["tone", "question", "rubric"])
        #expect(file.objective?.terms.map(\.weight) == [0.5, 0.5])
        // An item a line, and nothing of what was carried over.
        #expect(
            imported.remarks == [
                "provider vertex:gemini-2.0-flash: there is no such provider here; name another model under 'models'",
                "tests: 'threshold' is not carried over; a test's score is the share of its assertions that hold",
                "assertion javascript: there is none of the kind; write it in Python as a metric ('code')",
                "assertion latency: there is none of the kind; add a metric 'latency', and a limit under objective.subject_to",
                "evaluateOptions: not carried over; --concurrency of optrace eval says how many calls are under way at once",
                "2 providers became the options of the choice 'model'; the first is asked now",
            ], "\(imported.remarks)")
    }

    @Test(
        "templates: what has a counterpart is translated, the rest is told",
        arguments: [
            ("Hi {{ name }}", "Hi {{name}}", []),
            (
                "{% if vip %}Dear {{who.name}}{% else %}Hi{% endif %}",
                "{{#vip}}Dear {{who.name}}{{/vip}}{{^vip}}Hi{{/vip}}", []
            ),
            ("{% if not vip %}x{% endif %}", "{{^vip}}x{{/vip}}", []),
            ("{% for row in rows %}{{ row.a }}: {{row}};{% endfor %}", "{{#rows}}{{a}}: {{.}};{{/rows}}", []),
            ("{# a note #}Go", "Go", []), ("{{ name | upper }}", "{{name}}", ["{{ name | upper }}"]),
            ("{{ name | safe }}", "{{name}}", []), ("{{ a + b }}", "\\{{ a + b }}", ["{{ a + b }}"]),
            ("{{ env.HOME }}", "\\{{ env.HOME }}", ["{{ env.HOME }}"]),
            ("{% set x = 1 %}y", "{% set x = 1 %}y", ["{% set x = 1 %}"]), ("a { b } c", "a { b } c", []),
            ("{% if vip %}open", "{{#vip}}open{{/vip}}", []),
        ] as [(String, String, [String])])
    func templates(_ source: String, _ text: String, _ losses: [String]) throws {
        let translated = NunjucksText(source)
        #expect(translated.text == text)
        #expect(translated.losses == losses)
        _ = try Template(translated.text)
    }

    @Test("several texts become a choice; texts in files stay in their files where they can")
    func prompts() throws {
        let two = try imported(
            "prompts: ['A {{x}}', 'B {{x}}']\nproviders: openai:gpt-4o-mini\ntests: [{ vars: { x: 1 } }]\n")
        let choice = try #require(try read(two).file.parameters.first?.definition)
        #expect(choice.kind == .choice && choice.constraint.options == ["A {{x}}", "B {{x}}"])
        #expect(two.remarks.contains { $0.hasPrefix("2 prompts became the options") })
        #expect(two.remarks.contains("no assertion could be carried over; add 'metrics' to evaluate and optimize"))
        let text = ["suite/p/one.txt": "Say {{x}}\n"]
        let one = try imported("prompts: [file://p/one.txt]\nproviders: openai:gpt-4o-mini\n", text)
        #expect(one.files[0].content.contains("value: \"file://../suite/p/one.txt\""))
        #expect(try read(one, text).file.parameters.first?.definition.initial == "Say {{x}}")
    }

    @Test("secrets in the configuration go nowhere")
    func secrets() throws {
        let imported = try imported(
            """
            prompts: ["{{x}}"]
            providers: [{ id: openai:gpt-4o-mini, config: { apiKey: sk-very-secret, apiBaseUrl: "https://user:pass@x" } }]
            tests: [{ vars: { x: a }, assert: [{ type: equals, value: a }] }]
            """)
        let everything = imported.files.map(\.content).joined() + imported.remarks.joined()
        #expect(!everything.contains("sk-very-secret") && !everything.contains("user:pass"))
        #expect(
            imported.remarks.contains("provider openai:gpt-4o-mini: 'apiKey' is not carried over; set OPENAI_API_KEY"))
    }

    @Test(
        "what cannot be taken over at all is one clear error",
        arguments: [
            ("prompts: [", "suite/promptfooconfig.yaml:2:1: not valid YAML"),
            ("- a\n- b\n", "is no promptfoo configuration; expected a mapping with prompts and tests"),
            (
                "prompts: [file://make.py]\n",
                "has no prompt that can be carried over (prompt 1: make.py makes its prompts in code"
            ),
            ("prompts: [file://gone.txt]\n", "prompt 1: there is no file gone.txt"),
        ])
    func errors(_ config: String, _ expected: String) {
        #expect {
            _ = try imported(config)
        } throws: { error in
            "\(error)".contains(expected)
        }
    }

    @Test("the checks in Python say what the kinds of assertions mean")
    func checks() async throws {
        try await PythonBench.run { bench in try await check(bench.runtime) }
    }

    private func check(_ runtime: PythonRuntime) async throws {
        let function = CodeFunction(
            language: "python", source: PromptfooChecks.source(reading: "assertions"),
            entry: try EntrySignature(PromptfooChecks.entry), origin: .author)
        let cases: [(output: String, assertion: Value, holds: Bool)] = [
            ("4", ["type": "equals", "value": "4"], true), ("4", ["type": "equals", "value": 4], true),
            (#"{"a": 1}"#, ["type": "equals", "value": ["a": 1]], true),
            ("x", ["type": "equals", "value": "4"], false),
            ("Paris!", ["type": "contains", "value": "Paris"], true),
            ("paris", ["type": "contains", "value": "Paris"], false),
            ("paris", ["type": "icontains", "value": "Paris"], true),
            ("Paris", ["type": "starts-with", "value": "Pa"], true),
            ("ab", ["type": "contains-any", "value": ["z", "b"]], true),
            ("ab", ["type": "contains-all", "value": ["z", "b"]], false),
            ("AB", ["type": "icontains-all", "value": ["a", "b"]], true),
            ("a1", ["type": "regex", "value": "[0-9]"], true),
            ("[1]", ["type": "is-json"], true), ("so: [1]", ["type": "is-json"], false),
            ("so: [1] it is", ["type": "contains-json"], true), ("none", ["type": "contains-json"], false),
            ("kitten", ["type": "levenshtein", "value": "sitting", "threshold": 3], true),
            ("kitten", ["type": "levenshtein", "value": "sitting", "threshold": 2], false),
            ("a b c", ["type": "word-count", "value": 3], true),
            ("a", ["type": "word-count", "value": ["min": 2]], false),
            ("abc", ["type": "python", "value": "len(output) == 3"], true),
            ("abc", ["type": "python", "value": "n = len(output)\nreturn n > 5"], false),
            ("abc", ["type": "contains", "value": "z", "not": true], true),
        ]
        for (output, assertion, holds) in cases {
            let result = try await runtime.call(
                function, arguments: ["output": .text(output), "assertions": [assertion]])
            #expect(result["score"]?.number == (holds ? 1 : 0), "\(output) \(assertion.json)")
        }
        let weighed = try await runtime.call(
            function,
            arguments: [
                "output": "Paris",
                "assertions": [
                    ["type": "contains", "value": "Paris", "weight": 3], ["type": "contains", "value": "Rome"],
                ],
            ])
        #expect(weighed["score"] == 0.75)
        #expect(weighed["feedback"] == #"The output should contain "Rome"."#)
    }
}
