import Evaluation
import TraceGraph
import Workflows

/// What a replay changes, as it is said on the command line.
struct ReplayChanges {
    private let trace: Trace
    private(set) var candidate: Candidate
    private(set) var example: Example
    private(set) var intervention = Intervention()

    init(of trace: Trace, on example: Example, candidate: Candidate) {
        self.trace = trace
        self.example = example
        self.candidate = candidate
    }

    /// `node=value`: an operation is given the value, a parameter or an input has it from the start.
    ///
    /// - Throws: ``CommandError`` for a node that the trace does not have, or one that stands in the workflow file.
    mutating func set(_ text: String) throws {
        let (name, content) = try Self.parts(of: text)
        let node = try node(name)
        try set(node, to: try Self.value(content, like: node))
    }

    /// An operation is given the value, a parameter or an input has it from the start.
    ///
    /// - Throws: ``CommandError`` for a node that stands in the workflow file.
    mutating func set(_ node: Node, to value: Value) throws {
        switch node.kind {
        case .operation, .failure: intervention.settings[node.id] = value
        case .parameter:
            let name = node.parameter?.name ?? node.base
            var values = candidate.values
            values[name] = value
            candidate = Candidate(
                id: candidate.id, values: values, parents: [candidate.id], origin: "\(name) set by replay")
        case .input:
            guard example.fields[node.base] != nil else { throw fixed(node) }
            example.fields[node.base] = value
        case .constant: throw fixed(node)
        }
    }

    mutating func runAnew(_ name: String) throws {
        let node = try node(name)
        guard node.operation != nil else {
            throw CommandError("\(node.name) is no operation, there is nothing to run", code: .usage)
        }
        intervention.anew.insert(node.id)
    }

    /// `step=text`.
    mutating func hint(_ text: String, in file: WorkflowFile) throws {
        let (name, hint) = try Self.parts(of: text)
        let takers = file.steps.compactMap { step in
            if case .prompt = step.action { step.name } else { nil }
        }
        guard takers.contains(name) else {
            throw CommandError(
                "'\(name)' takes no hint; the steps that ask a model are: \(takers.joined(separator: ", "))",
                code: .usage)
        }
        intervention.hints[name] = hint
    }

    private func node(_ name: String) throws -> Node {
        guard let node = trace.node(named: name) else {
            let known = trace.nodes.map(\.name).joined(separator: ", ").oneLine(400)
            throw CommandError("the trace has no node '\(name)'; it has: \(known)", code: .usage)
        }
        return node
    }

    private func fixed(_ node: Node) -> CommandError {
        CommandError("\(node.name) stands in the workflow file: change it there", code: .usage)
    }

    private static func parts(of text: String) throws -> (name: String, content: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw CommandError("'\(text)' is no name=value", code: .usage) }
        let content = parts[1].hasPrefix("@") ? try FileSystem.text(of: String(parts[1].dropFirst())) : parts[1]
        return (parts[0], content)
    }

    /// Text where the node holds text or failed, else JSON.
    private static func value(_ content: String, like node: Node) throws -> Value {
        if node.kind == .failure || node.value.text != nil { return .text(content) }
        do {
            return try Value(json: content)
        } catch {
            throw CommandError(
                "\(node.name) is a \(node.value.kindName); '\(content.oneLine(60))' is not JSON: \(error)", code: .usage
            )
        }
    }
}
