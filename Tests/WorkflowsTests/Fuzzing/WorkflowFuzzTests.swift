import Foundation
import TestFuzzing
import Testing
import TraceGraph

@testable import Workflows

/// Workflow files, templates, signatures and what children answer, mutated.
@Suite("Fuzzed workflow files", .timeLimit(Fuzz.patience)) struct WorkflowFuzzTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func corpus() throws -> [String] {
        try ["triage", "extract", "search"].map {
            try String(contentsOf: root.appending(path: "workflows/\($0).yaml"), encoding: .utf8)
        } + [
            WorkflowFixture.triage,
            "name: w\ninputs: { a: text }\nmodels: { task: [openai:a, ollama:b], judge: { model: task, fallback: x:y } }\n"
                + "steps: { s: { command: [echo, \"{{a}}\"], with: { a: $a }, timeout: 2s } }\noutput: { x: [$s, 1] }\n",
        ]
    }

    static let words =
        Array(Set(WorkflowKeys.all.values.joined())).sorted() + [
            "- ", ": ", "? ", "{", "}", "[", "]", "&a ", "*a", "<<: *a", "!!binary ", "!!set ", "| ", ">-\n", "#",
            "---\n", "...\n",
            "$a", "$$", "${A}", "${A:-", "{{", "}}", "{{#each", "file://", "file://../../etc/passwd", "\"", "'", "\n  ",
            "\n    ", "@", "%",
        ]

    @Test("are read, or every problem has its place") func files() throws {
        Fuzz.run("workflows", 1_500, Mutator(corpus: try Self.corpus(), words: Self.words, seed: 11)) { bytes, _ in
            let yaml = String(decoding: bytes, as: UTF8.self)
            let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false).count + 1
            do throws(WorkflowFileError) {
                let file = try WorkflowFixture.read(yaml, environment: ["A": "b"])
                #expect(!WorkflowDescription(file).lines.isEmpty)
                _ = file.fingerprint
            } catch {
                #expect(!error.problems.isEmpty)
                for problem in error.problems where problem.location.file == "flows/w.yaml" {
                    #expect(problem.location.line >= 1 && problem.location.column >= 1)
                    // YAML knows more line breaks than \n.
                    #expect(problem.location.line <= lines + yaml.unicodeScalars.count { $0.properties.isWhitespace })
                }
            }
        }
    }

    @Test("templates are read and filled, or the problem has its place") func templates() {
        let corpus = [
            "Route it: {{message}}\n", "{{#each shots}}\n{{this.input}} → {{this.output}}\n{{/each}}",
            "{{ a.b.c }} \\{{x}} {{{y}}}",
            "{{#if a}}x{{else}}y{{/if}}", "plain",
        ]
        let words = [
            "{{", "}}", "{{{", "}}}", "#each ", "#if ", "/each", "/if", "else", "this", ".", "message", "shots", "\\",
            "@index",
        ]
        let values: Fields = [
            "message": "m", "shots": [["input": "i", "output": "o"]], "a": ["b": ["c": 1]], "x": nil,
        ]
        Fuzz.run("templates", 4_000, Mutator(corpus: corpus, words: words, seed: 12)) { bytes, _ in
            let source = String(decoding: bytes, as: UTF8.self)
            do throws(TemplateError) {
                let template = try Template(source)
                #expect(template.source == source)
                _ = try template.rendered(with: values)
            } catch {
                #expect(error.line >= 1 && error.column >= 1 && !error.message.isEmpty)
            }
        }
    }

    @Test("signatures, variables and references") func smallTexts() {
        let corpus = [
            "normalise(reply: str) -> str", "f(x, y=1, *, z: list[dict[str, int]] = [\"a, b\"]) -> dict",
            "index(corpus: list)",
            "${HOME:-/x} $${A} ${A}", "$a.b.c", "x ${A:-${B}}",
        ]
        let words = [
            "(", ")", "->", ":", "=", ",", "*", "[", "]", "\"", "'", "${", "}", ":-", "$", ".", "str", "lambda: (",
            "\\",
        ]
        Fuzz.run("signatures", 4_000, Mutator(corpus: corpus, words: words, seed: 13)) { bytes, _ in
            let text = String(decoding: bytes, as: UTF8.self)
            do throws(CodeError) {
                let signature = try EntrySignature(text)
                #expect(!signature.name.isEmpty)
            } catch {
                #expect(!error.message.isEmpty)
            }
            do throws(EnvironmentText.Missing) {
                _ = try EnvironmentText.substituted(text, from: ["A": "b"])
            } catch {
                #expect(error.offset >= 0)
            }
            _ = EnvironmentText.isOneVariable(text)
            _ = Reference(text, location: FileLocation(file: "f", line: 1, column: 1))
        }
    }

    @Test("what a child answers is a reply or a violation of the protocol") func children() throws {
        let corpus = [
            #"{"id": 7, "value": {"a": [1, 2.5, "x"]}}"#, #"{"id": 7, "value": null, "leftover": true}"#,
            #"{"id": 7, "error": {"kind": "raised", "name": "ValueError", "message": "no", "line": 2}}"#,
            #"{"id": 7, "error": {"kind": "entry", "defined": ["g"], "found": false}}"#,
            #"{"id": 7, "error": {"kind": "syntax", "message": "bad", "line": 1}}"#,
        ]
        let words = [
            "\"id\"", "7", "\"value\"", "\"error\"", "\"kind\"", "\"line\"", "\"timeout\"", "\"cpu\"", "\"unfit\"",
            "\"parameters\"", "{", "}",
            ":", ",",
        ]
        let entry = try EntrySignature("f(x)")
        let function = CodeFunction(
            language: "python", source: "def f(x):\n    return x\n", entry: entry, origin: .model)
        Fuzz.run("children", 4_000, Mutator(corpus: corpus, words: words, seed: 14)) { bytes, mutator in
            do throws(CodeError) {
                let reply = try PythonReply(WorkerReply(line: bytes, printed: mutator.input()), id: 7)
                _ = reply.leavesWorkerUsable
                _ = try reply.result(in: function, limits: CodeLimits(), within: .seconds(1))
            } catch {
                #expect(!"\(error.code)".isEmpty)
                if let line = error.line { #expect(line >= 1) }
            }
        }
    }
}
