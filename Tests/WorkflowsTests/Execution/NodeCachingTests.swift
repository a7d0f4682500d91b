import Evaluation
import Foundation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Workflows

/// A runtime that counts its calls and answers with the source and the arguments.
private final class CountingRuntime: CodeRuntime {
    let language = "python"
    private let made = Mutex(0)
    var calls: Int { made.withLock { $0 } }

    private let version: String

    init(version: String = "1") { self.version = version }

    func identity() -> String { version }
    func admit(_ origin: CodeFunction.Origin) {}
    func check(_ function: CodeFunction) {}
    func run(_ function: CodeFunction, arguments: Fields, within limit: Duration?) async throws -> CodeReply {
        made.withLock { $0 += 1 }
        return CodeReply(value: .text("\(function.source.count) \(Value.object(arguments).json)"))
    }
    func close() async {}
}

@Suite("Workflow: results kept between runs")
struct NodeCachingTests {
    private func yaml(_ more: String = "", fixed: String = "def g(t): pass") -> String {
        """
        name: two
        inputs: { text: text }
        models: { task: scripted:x }
        parameters:
          code: { kind: code, language: python, entry: "f(t: str) -> str", value: "def f(t): pass" }
        steps:
          first: { code: $code, with: { t: $text }\(more) }
          second: { code: "\(fixed)", entry: "g(t: str) -> str", with: { t: $text } }
        output: "{{first}} {{second}}"
        """
    }

    private let example = Example(id: "a", fields: ["text": "hi"])

    @Test("what keeps nothing runs whenever it is reached, and answers from what its run saw when that is made again")
    func own() async throws {
        let (runtime, cache) = (CountingRuntime(), MemoryNodeCache())
        func workflow(_ mode: CacheMode = .use, run: Int?) throws -> Workflow {
            let nodes = CachedNodes(cache, mode: mode)
            if let run { nodes.follow(run: run) }
            return try Workflow(
                file: WorkflowFixture.read(yaml(", cache: false")), models: { _ in ScriptedReplies("ok") },
                runtimes: [runtime], nodes: nodes)
        }
        func calls(_ workflow: Workflow, text: String = "hi", repetition: Int = 0) async throws -> Int {
            let before = runtime.calls
            let trace = await workflow.run(
                workflow.parameters.seed, on: Example(id: "a", fields: ["text": .text(text)]), repetition: repetition)
            #expect(trace.result?.value.plainText.contains(text) == true, "\(trace.ending)")
            return runtime.calls - before
        }
        let first = try workflow(run: 1)
        // The other step is kept once and for all.
        #expect(try await [calls(first), calls(first), calls(first, text: "ho")] == [2, 1, 2])
        for mode in [CacheMode.use, .only] {
            let again = try workflow(mode, run: 1)
            #expect(try await [calls(again), calls(again), calls(again, text: "ho")] == [0, 0, 0])
        }
        let further = try workflow(run: 1)
        #expect(try await [calls(further), calls(further), calls(further)] == [0, 0, 1])
        #expect(try await calls(try workflow(run: 2)) == 1)
        let outside = try workflow(run: nil)
        #expect(try await [calls(outside), calls(outside)] == [1, 1])
        let only = await (try workflow(.only, run: 3)).run(Candidate(values: [:]), on: example, repetition: 0)
        #expect(only.ending.contains("no recorded result of a step"), "\(only.ending)")
    }

    @Test("nothing runs twice; another code, input or repeat runs what it touches")
    func keys() async throws {
        let (runtime, cache) = (CountingRuntime(), MemoryNodeCache())
        func run(
            _ yaml: String, _ code: String? = nil, text: String = "hi", repetition: Int = 0
        ) async throws -> (calls: Int, trace: Trace) {
            let before = runtime.calls
            let workflow = try Workflow(
                file: WorkflowFixture.read(yaml), models: { _ in ScriptedReplies("ok") }, runtimes: [runtime],
                nodes: CachedNodes(cache))
            let candidate = Candidate(values: code.map { ["code": .text($0)] } ?? [:])
            let trace = await workflow.run(
                candidate, on: Example(id: "a", fields: ["text": .text(text)]), repetition: repetition)
            #expect(trace.outcome.name == "completed")
            return (runtime.calls - before, trace)
        }
        let fresh = try await run(yaml())
        #expect(fresh.calls == 2 && fresh.trace.cached.isEmpty)
        let again = try await run(yaml())
        #expect(again.calls == 0 && again.trace.cached.count == 2)
        #expect(again.trace.nodes.map(\.value) == fresh.trace.nodes.map(\.value))
        #expect(again.trace.cached.map { again.trace[$0].base }.sorted() == ["first", "second"])
        #expect(try await run(yaml(), "def f(t): return 1").calls == 1, "only the step that reads the parameter")
        #expect(try await run(yaml(fixed: "def g(t): return 2")).calls == 1, "only the step whose code is another one")
        #expect(try await run(yaml(), text: "ho").calls == 2)
        #expect(try await run(yaml(), repetition: 1).calls == 2)
        #expect(try await run(yaml(", cache: false")).calls == 1, "a step that opts out always runs")
    }

    @Test("another version of what runs the code is another result")
    func runtimes() async throws {
        let cache = MemoryNodeCache()
        func calls(_ version: String) async throws -> Int {
            let runtime = CountingRuntime(version: version)
            let workflow = try Workflow(
                file: WorkflowFixture.read(yaml()), models: { _ in ScriptedReplies("ok") }, runtimes: [runtime],
                nodes: CachedNodes(cache))
            _ = await workflow.run(workflow.parameters.seed, on: example, repetition: 0)
            return runtime.calls
        }
        #expect(try await calls("3.11.7") == 2)
        #expect(try await calls("3.11.7") == 0)
        #expect(try await calls("3.12.0") == 2)
    }

    @Test("another program of the same name is another result, and the same one moved is not")
    func programs() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "optrace-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let cache = MemoryNodeCache()
        func output(_ place: String, saying text: String) async throws -> Value? {
            let bin = folder.appending(path: place)
            try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
            let program = bin.appending(path: "stamp")
            try "#!/bin/sh\necho \(text) $(date +%N)\n".write(to: program, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
            let yaml = """
                name: now
                inputs: { text: text }
                steps:
                  stamp: { command: [stamp], cache: true }
                output: $stamp
                """
            let workflow = try Workflow(
                file: WorkflowFixture.read(yaml), models: { _ in ScriptedReplies("ok") },
                environment: ["PATH": "\(bin.path):/usr/bin:/bin"], nodes: CachedNodes(cache))
            return await workflow.run(workflow.parameters.seed, on: example, repetition: 0).result?.value
        }
        let kept = try await output("a", saying: "one")
        #expect(kept?.text?.hasPrefix("one ") == true)
        #expect(try await output("a", saying: "one") == kept)
        #expect(try await output("b", saying: "one") == kept)
        #expect(try await output("a", saying: "two") != kept)
    }

    @Test("programs are kept where the file says so, by words, input and variables")
    func commands() async throws {
        let cache = MemoryNodeCache()
        func output(_ step: String, _ text: String = "a") async throws -> Value? {
            let yaml = """
                name: now
                inputs: { text: text }
                models: { task: scripted:x }
                steps:
                  stamp: { command: [sh, -c, "date +%N; echo {{text}}"], with: { text: $text }\(step) }
                output: $stamp
                """
            let workflow = try Workflow(
                file: WorkflowFixture.read(yaml), models: { _ in ScriptedReplies("ok") },
                environment: ["PATH": "/usr/bin:/bin"], nodes: CachedNodes(cache))
            return await workflow.run(
                workflow.parameters.seed, on: Example(id: "a", fields: ["text": .text(text)]), repetition: 0
            ).result?.value
        }
        #expect(try await output("") != output(""))
        let kept = try await output(", cache: true")
        #expect(try await output(", cache: true") == kept)
        #expect(try await output(", cache: true, env: { A: b }") != kept)
        #expect(try await output(", cache: true", "b") != kept)
    }

    @Test("a recording answers only steps that the file still says the same about")
    func outdated() async throws {
        let runtime = CountingRuntime()
        func workflow(_ yaml: String) throws -> Workflow {
            try Workflow(
                file: WorkflowFixture.read(yaml), models: { _ in ScriptedReplies("ok") }, runtimes: [runtime])
        }
        let old = try workflow(yaml())
        let trace = await old.run(old.parameters.seed, on: example, repetition: 0)
        #expect(runtime.calls == 2 && !trace.versions.isEmpty)
        let moved = try workflow("# a comment above\n" + yaml())
        let same = try await moved.rerun(trace, old.parameters.seed, on: example, with: .none, repetition: 0)
        #expect(runtime.calls == 2 && same.reused.count == 3)
        let new = try workflow(yaml(fixed: "def g(t): return 2"))
        let changed = try await new.rerun(trace, new.parameters.seed, on: example, with: .none, repetition: 0)
        #expect(runtime.calls == 3)
        #expect(changed.reused.keys.map { changed[$0].base } == ["first"])
    }
}
