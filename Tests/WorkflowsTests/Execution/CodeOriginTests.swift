import Evaluation
import Foundation
import Synchronization
import Testing
import TraceGraph

@testable import Workflows

@Suite("Whose code a call may run")
struct CodeOriginTests {
    private let example = Example(id: "1", fields: ["query": "red socks", "expected": 2])

    /// Like workflows/search.yaml: the tokenizer is called by one step and handed, as a text, to functions of the author
    /// that may execute it, in every way a step can be given something.
    private static let search = """
        name: search
        inputs: { query: text }
        models: { task: scripted:x }
        constants: { corpus: [a b, c d] }
        parameters:
          tokenize:
            kind: code
            language: python
            entry: "tokenize(text: str) -> list"
            value: |
              def tokenize(text):
                  return text.split()
          weight: { kind: number, value: 1, range: [0, 5] }
          hint: { kind: text, value: Search. }
        steps:
          terms: { code: $tokenize, with: { text: $query } }
          pages:
            code: |
              def index(corpus, tokenizer):
                  scope = {}
                  exec(tokenizer, scope)
                  return [scope["tokenize"](page) for page in corpus]
            entry: "index(corpus: list, tokenizer: str) -> list"
            with: { corpus: $corpus, tokenizer: $tokenize }
          templated: { code: "def f(x): return 1", entry: f(x), with: { x: "source: {{tokenize}}" } }
          nested: { code: "def g(x): return 1", entry: g(x), with: { x: { parts: [1, $tokenize] } } }
          later: { code: "def later(x): return 1", entry: later(x), with: { x: $pages } }
          latest: { code: "def latest(x): return 1", entry: latest(x), with: { x: $later } }
          plain: { code: "def plain(x, w, h): return 1", entry: "plain(x, w, h)", with: { x: $query, w: $weight, h: $hint } }
        output: { terms: $terms, pages: $pages, rest: [$templated, $nested, $latest, $plain] }
        data: { file: data.jsonl, map: { query: text, expected: queue } }
        metrics:
          found: { code: "def found(output): return 1", entry: found(output) }
        objective: { maximize: found }
        """

    private func workflow(_ yaml: String, _ runtime: any CodeRuntime, allowsUnsandboxed: Bool = false) throws
        -> Workflow
    {
        try Workflow(
            file: WorkflowFixture.read(yaml), models: { _ in ScriptedReplies("x") }, runtimes: [runtime],
            environment: ["PATH": "/usr/bin:/bin"], allowsUnsandboxed: allowsUnsandboxed)
    }

    @Test("the origin is a model's wherever an altered code parameter has a say, the author's everywhere else")
    func origins() async throws {
        let runtime = OriginRecorder()
        let workflow = try workflow(Self.search, runtime)
        let evaluator = Evaluator(
            subject: workflow, metrics: try workflow.metrics(), objective: try #require(workflow.file.objective))

        _ = try await evaluator.evaluate(workflow.parameters.seed, on: example)
        _ = try await evaluator.evaluate(Candidate(values: ["weight": 3, "hint": "Find."]), on: example)
        #expect(runtime.names(of: .model) == [])
        #expect(
            runtime.names(of: .author)
                == ["f", "found", "g", "index", "later", "latest", "plain", "tokenize"])

        runtime.forget()
        let altered = Candidate(values: ["tokenize": "def tokenize(text): return []"])
        _ = try await evaluator.evaluate(altered, on: example)
        #expect(runtime.names(of: .model) == ["f", "found", "g", "index", "later", "latest", "tokenize"])
        #expect(runtime.names(of: .author) == ["plain"])
    }

    @Test("a metric that is not told what was run takes an output that code decides for a model's")
    func untold() async throws {
        let runtime = OriginRecorder()
        let metric = try #require(try workflow(Self.search, runtime).metrics().first)
        _ = try await metric.score(MetricSubject(example: example, outcome: .output(1)))
        #expect(runtime.names(of: .model) == ["found"])
    }

    @Test("without a sandbox nothing of a model's code takes effect, whoever would execute it")
    func nothingIsWritten() async throws {
        let runtime = PythonRuntime(
            limits: PythonBench.patient, environment: ProcessInfo.processInfo.environment,
            probe: { throw CodeError(.noSandbox, "there is none in this test") })
        let workflow = try workflow(Self.search, runtime)
        let marker = FileManager.default.temporaryDirectory.appending(path: "optrace-origin-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: marker) }
        let source = "open(\"\(marker)\", \"a\").write(\"was here\")\ndef tokenize(text):\n    return text.split()\n"

        let seed = await workflow.run(workflow.parameters.seed, on: example, repetition: 0)
        #expect(seed.outcome.name == "completed", "\(seed.result?.value.plainText ?? "")")
        for _ in 0..<3 {
            let trace = await workflow.run(Candidate(values: ["tokenize": .text(source)]), on: example, repetition: 0)
            #expect(CodeError.Code.noSandbox ~= (trace.error ?? CancellationError()))
            #expect(trace.node(named: "pages")?.kind == .failure)
            #expect(!FileManager.default.fileExists(atPath: marker))
        }
        await runtime.close()
    }

    private static let program = """
        name: program
        inputs: { query: text }
        parameters:
          solve: { kind: code, language: python, entry: "solve(x) -> str", value: "def solve(x): return 'old'" }
        steps:
          answer: { code: $solve, with: { x: $query } }
          wrapped: { code: "def wrap(source): return source", entry: wrap(source), with: { source: $solve } }
          counted: { command: [printf, "%s", "{{answer}}"], timeout: 300s }
          handed: { timeout: 300s, command: [HOW] }
        output: [$counted, $handed]
        """

    @Test(
        "a program, which no sandbox holds, is not given code of a model, but may be given what that computed",
        arguments: [
            "cat], stdin: $solve, with: {}", "printf, \"%s\", \"{{solve}}\"", "cat], stdin: $wrapped, with: {}",
            "printf, \"%s\", \"{{s}}\"], with: { s: [$wrapped] }",
        ])
    func programs(how: String) async throws {
        let yaml = Self.program.replacingOccurrences(of: how.contains("]") ? "HOW]" : "HOW", with: how)
        let altered = Candidate(values: ["solve": "def solve(x): return 'new'"])
        let runtime = OriginRecorder()
        let careful = try workflow(yaml, runtime)
        #expect(await careful.run(careful.parameters.seed, on: example, repetition: 0).outcome.name == "completed")
        let trace = await careful.run(altered, on: example, repetition: 0)
        #expect(trace.result?.name == "handed:0" && trace.result?.kind == .failure)
        #expect(CodeError.Code.noSandbox ~= (trace.error ?? CancellationError()))
        #expect(trace.node(named: "counted")?.kind == .operation)
        let waived = try workflow(yaml, runtime, allowsUnsandboxed: true)
        #expect(await waived.run(altered, on: example, repetition: 0).outcome.name == "completed")
    }
}

/// Runs nothing and remembers whose code it was asked to run; a function returns its first argument.
private final class OriginRecorder: CodeRuntime {
    private let calls = Mutex<[(name: String, origin: CodeFunction.Origin)]>([])

    let language = "python"

    func names(of origin: CodeFunction.Origin) -> [String] {
        calls.withLock { calls in Set(calls.filter { $0.origin == origin }.map(\.name)).sorted() }
    }

    func forget() { calls.withLock { $0 = [] } }

    func identity() -> String { "recorder" }
    func admit(_ origin: CodeFunction.Origin) async throws {}
    func check(_ function: CodeFunction) async throws {}
    func close() async {}

    func run(_ function: CodeFunction, arguments: Fields, within limit: Duration?) async throws -> CodeReply {
        calls.withLock { $0.append((function.entry.name, function.origin)) }
        return CodeReply(value: function.entry.name == "found" ? 1 : arguments.values.first ?? .null)
    }
}
