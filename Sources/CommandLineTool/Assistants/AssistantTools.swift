import Foundation
import TraceGraph

/// What an assistant may do, and how: as the command line does it, in children of their own, under the same budget.
final class AssistantTools: Sendable {
    private let database: String
    private let root: String
    private let mayRun: Bool
    private let showsHoldout: Bool
    private let budget: BudgetOptions
    private let program: String
    private let jobs: AssistantJobs

    init(
        database: String, root: String, mayRun: Bool, showsHoldout: Bool, budget: BudgetOptions, program: String
    ) {
        self.database = database
        self.root = root
        self.mayRun = mayRun
        self.showsHoldout = showsHoldout
        self.budget = budget
        self.program = program
        jobs = AssistantJobs(program: program)
    }

    /// The tools there are; those that run workflows only where that is allowed.
    var offered: [AssistantTool] { Self.all.filter { mayRun || $0.isReadOnly } }

    func end() async { await jobs.end() }

    /// - Throws: ``CommandError`` with what the command line would say.
    func call(_ tool: AssistantTool, _ arguments: Fields) async throws -> Value {
        func text(_ name: String) -> String? { arguments[name]?.text }
        func number(_ name: String) -> String? { arguments[name]?.integer.map { "\($0)" } }
        switch tool.name {
        case "list_runs": return try await list("runs", ["runs", "list"], limit: arguments["limit"]?.integer ?? 20)
        case "show_run": return try await object(["runs", "show"] + word(text("run")))
        case "compare_candidates":
            let whole = try await object(["runs", "compare"] + word(text("before")) + word(text("after")))
            return withoutHoldout(whole, in: "examples")
        case "list_traces": return try await traces(arguments)
        case "show_trace":
            let whole = try await shown(number("trace"))
            return try Self.shortened(whole, node: text("node"), limit: arguments["max_characters"]?.integer ?? 2_000)
        case "diff_traces":
            if !showsHoldout { for name in ["before", "after"] { _ = try await shown(number(name)) } }
            return try await object(["traces", "diff"] + word(number("before")) + word(number("after")))
        case "validate_workflow":
            let checked = try await run(
                ["validate", "--json"] + word(try path(text("workflow"))), takesDatabase: false)
            return checked.lines.first ?? .null
        case "evaluate_workflow":
            let command = ["eval", try path(text("workflow"))] + option("split", text("split"))
            let options = option("candidate", text("candidate")) + option("limit", number("limit"))
            let lines = try await run(command + options + caps(arguments) + ["--json"]).lines
            let end = lines.last { $0["event"] == "finished" } ?? .null
            let lost = lines.filter { $0["event"] == "evaluated" && ($0["score"]?.number ?? 0) < 1 }
            return ["result": end, "lost_points": .list(Array(lost.prefix(20)))]
        case "start_optimization":
            var command = ["optimize", try path(text("workflow")), "--json", "--database", database]
            command += option("optimizer", text("optimizer")) + option("steps", number("steps"))
            command += option("seed", number("seed")) + caps(arguments)
            return ["job": .text(try await jobs.begin(command))]
        case "follow_optimization":
            return try await jobs.follow(
                text("job") ?? "", after: arguments["after"]?.integer ?? 0,
                waiting: min(120, max(0, arguments["wait_seconds"]?.number ?? 20)))
        case "stop_optimization": return try await jobs.stop(text("job") ?? "")
        default: throw CommandError("there is no tool '\(tool.name)'")
        }
    }

    // MARK: The hold-out

    private func traces(_ arguments: Fields) async throws -> Value {
        if arguments["split"] == "holdout", !showsHoldout { throw Self.hidden("executions of the hold-out") }
        let limit = min(500, max(1, arguments["limit"]?.integer ?? 30))
        // Those of the hold-out take no places of others.
        var command = ["traces", "list", "--limit", "\(showsHoldout ? limit : 100_000)"]
        for name in ["run", "candidate", "example", "split"] { command += option(name, arguments[name]?.text) }
        if arguments["failed"]?.flag == true { command.append("--failed") }
        let all = withoutHoldout(try await list("traces", command, limit: 100_000), in: "traces")
        return ["traces": .list(Array((all["traces"]?.list ?? []).prefix(limit)))]
    }

    /// - Throws: ``CommandError`` for an execution of the hold-out, where they are not shown.
    private func shown(_ trace: String?) async throws -> Value {
        let whole = try await object(["traces", "show"] + word(trace))
        if !showsHoldout, Self.isOfHoldout(whole) { throw Self.hidden("trace \(trace ?? "")") }
        return whole
    }

    private func withoutHoldout(_ answer: Value, in name: String) -> Value {
        guard !showsHoldout, var fields = answer.object, let items = fields[name]?.list else { return answer }
        fields[name] = .list(items.filter { !Self.isOfHoldout($0) })
        return .object(fields)
    }

    /// By its own split, or as a run again of one of those, or another execution of one of its examples.
    private static func isOfHoldout(_ item: Value) -> Bool {
        item["split"] == "holdout" || item["of_holdout"]?.flag == true
    }

    private static func hidden(_ what: String) -> CommandError {
        CommandError(
            "\(what): the hold-out is the gate's alone, and whoever improves a workflow after looking at it makes its "
                + "verdicts worthless; a server started with --show-holdout shows it all the same")
    }

    // MARK: The command line

    /// A word of a command that can be no option.
    private func word(_ text: String?) throws -> [String] {
        guard let text else { return [] }
        guard !text.hasPrefix("-") else { throw CommandError("'\(text)' begins with a hyphen, as options do") }
        return [text]
    }

    private func option(_ name: String, _ text: String?) -> [String] { text.map { ["--\(name)=\($0)"] } ?? [] }

    /// The lower of what is asked for and what is allowed.
    private func caps(_ arguments: Fields) -> [String] {
        func lower(_ name: String, _ allowed: Double?) -> Double? {
            [arguments[name]?.number, allowed].compactMap(\.self).min()
        }
        var caps: [String] = []
        let whole = { (number: Double) in "\(Int(max(0, min(number, 1e15))))" }
        if let calls = lower("max_calls", budget.maxCalls.map(Double.init)) {
            caps.append("--max-calls=\(whole(calls))")
        }
        if let tokens = lower("max_tokens", budget.maxTokens.map(Double.init)) {
            caps.append("--max-tokens=\(whole(tokens))")
        }
        if let cost = lower("max_cost", budget.maxCost) { caps.append("--max-cost=\(max(0, cost))") }
        if let seconds = lower("max_seconds", budget.maxTime.flatMap(TimeText.seconds)) {
            caps.append("--max-time=\(whole(seconds))s")
        }
        return caps
    }

    /// A workflow file below the root, as an absolute path.
    private func path(_ text: String?) throws -> String {
        let url = URL(fileURLWithPath: text ?? "", relativeTo: URL(fileURLWithPath: root, isDirectory: true))
        let path = url.standardizedFileURL.resolvingSymlinksInPath().path
        guard path.hasPrefix(root == "/" ? "/" : root + "/") else {
            throw CommandError("\(text ?? "") lies outside of \(root), to which this server is confined")
        }
        return path
    }

    private func object(_ command: [String]) async throws -> Value {
        try await run(command + ["--json"]).lines.first ?? .null
    }

    private func list(_ name: String, _ command: [String], limit: Int) async throws -> Value {
        [name: .list(Array(try await run(command + ["--json"]).lines.prefix(max(1, limit))))]
    }

    /// Runs a command to its end and reads its lines of JSON.
    ///
    /// - Throws: ``CommandError`` with what it wrote to standard error when it failed and gave no result.
    private func run(_ command: [String], takesDatabase: Bool = true) async throws -> (lines: [Value], status: Int) {
        let collected = CollectedLines()
        let arguments = takesDatabase ? command + ["--database", database] : command
        let ending = try await OwnProgram.run(program, arguments) { await collected.add($0) }
        let lines = await collected.lines.compactMap { try? Value(json: $0) }
        guard ending.status == 0 || !lines.isEmpty else {
            throw CommandError(Self.said(ending.error))
        }
        return (lines, ending.status)
    }

    /// What a command said went wrong, in the words of tools instead of commands, and without how commands are used.
    static func said(_ error: String) -> String {
        var text = error
        if let usage = text.range(of: "\nUsage: ") { text = String(text[..<usage.lowerBound]) }
        for prefix in ["error: ", "Error: "] where text.hasPrefix(prefix) { text.removeFirst(prefix.count) }
        for (command, tool) in [
            ("optrace traces list", "list_traces"), ("optrace runs", "list_runs"),
            ("optrace optimize", "start_optimization"),
        ] { text = text.replacing("`\(command)`", with: tool) }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A trace that an assistant can read at once: long values cut, or one node whole.
    private static func shortened(_ trace: Value, node: String?, limit: Int) throws -> Value {
        guard var fields = trace.object, let nodes = fields["nodes"]?.list else { return trace }
        let chosen = node.map { name in nodes.filter { $0["name"]?.text == name } } ?? Array(nodes.prefix(400))
        guard !chosen.isEmpty || node == nil else {
            let known = nodes.prefix(100).compactMap { $0["name"]?.text }.joined(separator: ", ")
            throw CommandError("the trace has no node '\(node ?? "")'; it has: \(known)")
        }
        fields["nodes"] = .list(
            chosen.map { one in
                guard node == nil, var shown = one.object, let value = shown["value"] else { return one }
                let text = value.text ?? value.json
                guard text.count > limit else { return one }
                shown["value"] = .text(String(text.prefix(max(0, limit))))
                shown["left_out"] = .integer(text.count - max(0, limit))
                return .object(shown)
            })
        if node == nil, nodes.count > 400 { fields["nodes_left_out"] = .integer(nodes.count - 400) }
        return .object(fields)
    }
}

/// Lines as they come, from wherever.
actor CollectedLines {
    private(set) var lines: [String] = []

    func add(_ line: String) { lines.append(line) }
}
