import Foundation
import TestFuzzing
import Testing
import TraceGraph

@testable import Workflows

/// Configurations of promptfoo, mutated: what is taken over can be read again, what is not has a reason.
@Suite("Fuzzed promptfoo configurations", .timeLimit(Fuzz.patience)) struct PromptfooFuzzTests {
    private static let corpus = [
        """
        description: Capitals
        prompts: ["What is the capital of {{ country }}?", 'B {{x}}']
        providers:
          - id: openai:chat:gpt-4o-mini
            config: { temperature: 0.2, max_tokens: 20, stop: ["a"] }
          - anthropic:messages:claude
        defaultTest: { vars: { x: 1 }, assert: [{ type: llm-rubric, value: "Is {{x}}" }] }
        tests:
          - vars: { country: France, rows: [{ a: 1 }, { a: 2 }] }
            assert: [{ type: icontains, value: paris }, { type: not-regex, value: "^x", weight: 2 }]
          - description: the south
            vars: { country: Chile }
            assert: [{ type: assert-set, assert: [{ type: is-json }, { type: python, value: "len(output) > 1" }] }]
          - file://tests.csv
        """,
        """
        prompts: file://chat.json
        providers: { id: "ollama:chat:llama3", config: { num_predict: 4 } }
        tests: file://tests.csv
        scenarios:
          - config: [{ vars: { language: French } }, { vars: { language: German } }]
            tests: [{ vars: { text: [Hello, Bye] }, assert: [{ type: contains-any, value: "a, b" }] }]
        """,
        "prompts: ['{% for r in rows %}{{ r.a | upper }}{% else %}{{x}}{% endif %}']\ntests: [{ vars: file://vars.yaml }]\n",
    ]

    private static let words = [
        "prompts:", "providers:", "tests:", "vars:", "assert:", "type:", "value:", "threshold:", "config:", "id:",
        "file://tests.csv", "file://chat.json", "file://", "openai:", "equals", "levenshtein", "{{", "}}", "{%", "%}",
        "{# ", "if", "endif", "for", "in", "env.", "|", "$a", "${A}", "\"", "'", "\n", "\n  ", "- ", "[", "]", "{", "}",
        "null", "true", "1e9", "-1", "expected", "assertions", "rubric", "id", "output", "\u{2028}", "\u{0}", "é",
    ]

    @Test("are taken over as files that can be read, or refused with a reason") func configurations() {
        let beside = [
            "suite/tests.csv": "country,x,__expected,__expected1\nFrance,1,contains: Paris,is-json\nChile,2,y,\n",
            "suite/chat.json":
                #"[{"role": "system", "content": "{{language}}"}, {"role": "user", "content": "{{text}}"}]"#,
            "suite/vars.yaml": "x: 1\n",
        ]
        Fuzz.run("promptfoo", 1_500, Mutator(corpus: Self.corpus, words: Self.words, seed: 17)) { bytes, _ in
            let files = SourceFiles { path in path == "suite/config.yaml" ? bytes : beside[path].map { Array($0.utf8) }
            }
            let imported: PromptfooImport
            do throws(PromptfooError) {
                imported = try PromptfooImport(contentsOf: "suite/config.yaml", writingTo: "out", files: files)
            } catch {
                #expect(!error.message.isEmpty)
                return
            }
            let made = Dictionary(
                imported.files.map { ("out/\($0.path)", Array($0.content.utf8)) }, uniquingKeysWith: { $1 })
            do {
                let file = try WorkflowFile(
                    contentsOf: "out/\(imported.files[0].path)", environment: [:],
                    files: SourceFiles { path in try made[path] ?? files.contents(path) })
                if file.data != nil { _ = try file.dataset(files: SourceFiles { made[$0] }) }
            } catch {
                Issue.record("\(error)\n\(imported.files[0].content)")
            }
        }
    }
}
