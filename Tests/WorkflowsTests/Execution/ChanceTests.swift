import Evaluation
import Foundation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Workflows

@Suite("Workflow: failures that are a matter of chance")
struct ChanceTests {
    private static let environment = ["PATH": "/usr/bin:/bin"]

    private func trace(
        _ step: String, lost: LostCalls, answering: (status: Int, body: String) = (200, "{}"), mode: CacheMode = .use
    ) async throws -> Trace {
        let yaml = """
            name: w
            inputs: { text: text }
            steps: { s: \(step) }
            output: $s
            """
        let workflow = try Workflow(
            file: WorkflowFixture.read(yaml), models: { _ in ScriptedReplies("ok") }, environment: Self.environment,
            nodes: CachedNodes(MemoryNodeCache(), mode: mode), lost: lost,
            transport: StubTransport { _ in answering })
        return await workflow.run(
            workflow.parameters.seed, on: Example(id: "a", fields: ["text": "https://a test/"]), repetition: 0)
    }

    private static let failing: [(step: String, status: Int, name: String, isChance: Bool)] = [
        ("{ command: [sh, -c, exit 3], cache: true }", 200, "commandFailed", true),
        ("{ command: [sleep, \"60\"], timeout: 1ms, cache: true }", 200, "commandTimeout", true),
        ("{ command: [/no/such/program], cache: true }", 200, "commandNotFound", false),
        ("{ command: [echo, \"{\"], output: json, cache: true }", 200, "unreadableOutput", true),
        ("{ http: \"https://a.test/x\" }", 503, "serverRefused", true),
        ("{ http: \"https://a.test/x\" }", 299, "unreadableOutput", true),
        ("{ http: \"{{text}}\" }", 200, "wrongSetting", false),
    ]

    @Test(
        "a server's and a program's are noted; what is wrong with how a step is set up is not",
        arguments: failing.indices)
    func noted(_ index: Int) async throws {
        let (step, status, name, isChance) = Self.failing[index]
        let lost = LostCalls()
        let trace = try await trace(step, lost: lost, answering: (status, "<p>"))
        #expect(trace.result?.value.plainText.hasPrefix("(\(name)) ") == true, "\(trace.ending)")
        #expect(lost.count == (isChance ? 1 : 0))
    }

    @Test("what was mended is mended when the run goes on, and what was chance is what it was")
    func mended() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "optrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = folder.appending(path: "stamp")
        let steps = [
            "{ command: [\"\(program.path)\"], cache: true }",
            "{ command: [sh, -c, \"cat '\(program.path)'\"], cache: true }",
        ]
        let lost = LostCalls()
        var found: [Trace] = []
        for step in steps { found.append(try await trace(step, lost: lost)) }
        #expect(found.map { $0.outcome.name } == ["failed", "failed"] && lost.count == 1)
        try "#!/bin/sh\necho made\n".write(to: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        let again = LostCalls()
        again.expect(lost.calls())
        #expect(try await trace(steps[0], lost: again).result?.value == "made")
        let met = try await trace(steps[1], lost: again)
        #expect(met.nodes.map(\.value) == found[1].nodes.map(\.value))
        #expect(again.calls() == lost.calls())
    }

    @Test("where only what is recorded may answer, a request that could not be sent fails as it did")
    func unsent() async throws {
        let step = "{ http: \"{{text}}\" }"
        let first = try await trace(step, lost: LostCalls())
        let only = try await trace(step, lost: LostCalls(), mode: .only)
        #expect(only.outcome.name == "failed" && only.nodes.map(\.value) == first.nodes.map(\.value))
        let sent = try await trace("{ http: \"https://a.test/x\" }", lost: LostCalls(), mode: .only)
        #expect(sent.ending.contains("cache mode `only`"), "\(sent.ending)")
    }

    @Test("a metric that ran out of time has no score when its run is made again; one that raises is asked again")
    func metrics() async throws {
        let runtime = TiredRuntime()
        let yaml = """
            name: w
            inputs: { text: text }
            steps: { s: { command: [echo, "{{text}}"] } }
            output: $s
            data: { file: data.jsonl }
            metrics: { length: { code: "def f(output): pass", entry: "f(output: str) -> float" } }
            objective: { maximize: length }

            """
        func scores(_ lost: LostCalls, _ texts: [String], fails: CodeError.Code?) async throws -> [String] {
            let workflow = try Workflow(
                file: WorkflowFixture.read(yaml), models: { _ in ScriptedReplies("ok") }, runtimes: [runtime],
                lost: lost)
            let metric = try #require(try workflow.metrics().first)
            runtime.failure.withLock { $0 = fails }
            var found: [String] = []
            for text in texts {
                let subject = MetricSubject(
                    example: Example(id: "a", fields: ["text": .text(text)]), outcome: .output(.text(text)),
                    candidate: workflow.parameters.seed)
                do { found.append("\(try await metric.score(subject).value)") } catch { found.append("\(error)") }
            }
            return found
        }
        let lost = LostCalls()
        let first = try await scores(lost, ["one", "two"], fails: .timeout)
        #expect(lost.count == 2 && first.allSatisfy { $0.contains("tired") }, "\(first)")
        let again = LostCalls()
        again.expect(lost.calls())
        #expect(
            try await scores(again, ["two", "three", "one", "one"], fails: nil) == [first[1], "5.0", first[0], "3.0"])
        #expect(again.calls().map(\.key) == lost.calls().reversed().map(\.key))
        let raised = LostCalls()
        _ = try await scores(raised, ["one"], fails: .raised)
        #expect(raised.count == 0)
    }
}

/// Counts the letters of an output, unless it is to fail.
private final class TiredRuntime: CodeRuntime {
    let language = "python"
    let failure = Mutex<CodeError.Code?>(nil)

    func identity() -> String { "1" }
    func admit(_ origin: CodeFunction.Origin) {}
    func check(_ function: CodeFunction) {}
    func run(_ function: CodeFunction, arguments: Fields, within limit: Duration?) async throws -> CodeReply {
        if let code = failure.withLock({ $0 }) { throw CodeError(code, "tired") }
        return CodeReply(value: .number(Double(arguments["output"]?.plainText.count ?? 0)))
    }
    func close() async {}
}
