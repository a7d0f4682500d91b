import Foundation
import Optrace
import TestServer
import Testing
import TraceGraph

@Suite("optrace view")
struct InspectorTests {
    private static let hasBrowser = PythonCheck.finds("chromium", "chromium-browser", "google-chrome", "chrome")

    private static let hostile =
        "</text></svg><script>window.harmed = 1</script><img src=x onerror=\"window.harmed = 1\"> \u{1B}[31m\u{202E}x "
        + "javascript:alert(1) {{constructor}} \" ' & --> ]]>"

    @Test(
        "pages in a real browser: traces, runs, comparison, hostile text, ten thousand nodes, live, replay, print",
        .enabled(
            if: hasBrowser, "there is no Chromium here; install one to have the pages tested: apt install chromium"))
    func pages() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        var program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1", "OPENAI_API_KEY": "sk-x",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SCREENSHOTS": ProcessInfo.processInfo.environment["OPTRACE_SCREENSHOTS"] ?? "",
        ]
        let optimization = try await program.run("optimize", "mood.yaml")
        #expect(optimization.status == 0, "\(optimization.error)")
        let store = try TraceStore(path: program.folder.appending(path: "cache/optrace.sqlite").path)
        let hostile = try store.save(
            try Samples.map(5, text: Self.hostile + String(repeating: "x", count: 2_000_000)), workflow: Self.hostile)
        try store.save(try Self.vast(), workflow: "vast")
        let large = try store.save(try Samples.map(9_997, text: "line"), workflow: "large")
        for index in 0..<250 {
            let text = index == 7 || index == 200 ? "a Needle in it" : "hay \(index)"
            try store.save(try Samples.map(1, text: text), workflow: "many", score: Double(index % 5) / 4)
        }
        let run = try #require(try store.runs().first).label
        try store.save(try Self.endless(), workflow: "endless")
        for name in ["long-a", "long-b"] { try Self.keepLongRun(name, in: store) }
        try store.close()
        let screenshots = ProcessInfo.processInfo.environment["OPTRACE_SCREENSHOTS"]
        try await PythonCheck(script: "inspector.py").run(
            ["mood.yaml", run, "\(hostile)", "\(large)"] + (screenshots.map { [$0] } ?? []), with: program)
    }

    /// Five megabytes on one line, and what was made of them.
    private static func vast() throws -> Trace {
        let text = Value.text(String(repeating: "x", count: 5_000_000))
        let report = NodeDraft(base: "report", ordinal: 0, kind: .input, operation: nil, inputs: [], value: text)
        let count = NodeDraft(
            base: "count", ordinal: 0, kind: .operation, operation: 0,
            inputs: [Node.Input(name: "report", node: NodeID(0))], value: 5_000_000)
        return try Trace(
            nodes: [report, count], operations: [TraceGraph.Operation(name: "count")],
            candidate: Candidate(values: [:]), outcome: .completed(NodeID(1)), duration: 1_000)
    }

    /// A chain of operations that each took as long as is believed.
    private static func endless() throws -> Trace {
        let root = NodeDraft(base: "start", ordinal: 0, kind: .input, operation: nil, inputs: [], value: "")
        let steps = (0..<14).map { place in
            NodeDraft(
                base: "step", ordinal: place, kind: .operation, operation: 0,
                inputs: [Node.Input(name: "x", node: NodeID(place))], value: .integer(place), duration: 1 << 60)
        }
        return try Trace(
            nodes: [root] + steps, operations: [TraceGraph.Operation(name: "step")], candidate: Candidate(values: [:]),
            outcome: .completed(NodeID(14)), duration: 1 << 60)
    }

    /// A run of more candidates and events than a page shows at first.
    private static func keepLongRun(_ name: String, in store: TraceStore) throws {
        let space = ParameterSpace([ParameterDefinition("instruction", kind: .text, initial: "Say it.")])
        let journal = store.journal()
        try journal.begin(
            RunRecord(name: name, workflow: "long", optimizer: "random", seed: 0, settings: [:], parameters: space))
        let others = (1...220).map { number in
            Candidate(
                id: Candidate.ID(number), values: ["instruction": .text("Say \(number).")], parents: [.seed],
                origin: "random")
        }
        try journal.commit(
            StepRecord(
                index: 0, events: (0..<450).map { _ in .note(step: 0, OptimizerNote(.refused, "no JSON")) },
                candidates: [space.seed] + others, evaluations: [], notes: [], optimizer: nil, spend: .none))
        try journal.finish(
            RunConclusion(
                status: .finished, reason: "done", best: space.seed, verdict: nil, spend: .none, paid: .none,
                seconds: 1))
    }

    @Test("a port that is taken, a trace that is not there, and no database are told")
    func mistakes() async throws {
        let program = try Program()
        defer { program.remove() }
        let nothing = try await program.run("view", "--no-open")
        #expect(nothing.status == 1 && nothing.error.contains("there is no database"))
    }
}

@Suite("what commands print")
struct TerminalTests {
    @Test("tables, traces, waterfalls and differences: 80 columns, colours, pipes, wide characters, hostile text")
    func widths() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try MoodWorkflow.program(asking: server)
        defer { program.remove() }
        let optimization = try await program.run("optimize", "mood.yaml")
        #expect(optimization.status == 0, "\(optimization.error)")
        let store = try TraceStore(path: program.folder.appending(path: "cache/optrace.sqlite").path)
        let text =
            "天気はとても良い。한국어 🙂🙂 e\u{301}\u{301} \u{1B}]0;title\u{7} \u{1B}[2J \u{202E}x \u{9B}31m "
            + String(repeating: "長い", count: 400_000)
        let hostile = try store.save(try Samples.map(5, text: text), workflow: text)
        let run = try #require(try store.runs().first).label
        try store.close()
        try await PythonCheck(script: "terminal.py").run([run, "\(hostile)"], with: program)
    }
}

@Suite("optrace mcp")
struct AssistantTests {
    @Test("the protocol, spoken by a client: reading, validating, evaluating, an optimization followed to its end")
    func conversation() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try MoodWorkflow.program(asking: server)
        defer { program.remove() }
        try await PythonCheck(script: "assistant.py").run(["mood.yaml"], with: program)
    }
}

private enum Samples {
    /// A map over `count` elements, of which some fail, and what joins them.
    static func map(_ count: Int, text: String) throws -> Trace {
        var nodes = [
            NodeDraft(
                base: "instruction", ordinal: 0, kind: .parameter, operation: nil, inputs: [], value: .text(text)),
            NodeDraft(base: text, ordinal: 0, kind: .input, operation: nil, inputs: [], value: .text(text)),
        ]
        for index in 0..<count {
            let fails = index % 1_000 == 4
            nodes.append(
                NodeDraft(
                    base: "label", ordinal: index, kind: fails ? .failure : .operation, operation: 0,
                    inputs: [
                        Node.Input(name: "instruction", node: NodeID(0)), Node.Input(name: text, node: NodeID(1)),
                    ], value: .text(fails ? "(Oops) \(text)" : "\(index) \(text)"), start: Int64(index) * 1_000,
                    duration: 900))
        }
        nodes.append(
            NodeDraft(
                base: "all", ordinal: 0, kind: .operation, operation: 1,
                inputs: (0..<count).map { Node.Input(name: "item", node: NodeID($0 + 2)) }, value: .text(text)))
        return try Trace(
            nodes: nodes, operations: [Operation(name: "classify"), Operation(name: text.prefix(200).description)],
            parameters: [NodeID(0): ParameterDefinition("instruction", kind: .text, initial: .text(text))],
            candidate: Candidate(values: ["instruction": .text(text)]), outcome: .completed(NodeID(count + 2)),
            duration: Int64(count) * 1_000)
    }
}
