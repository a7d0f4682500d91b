import ArgumentParser
import TraceGraph
import TraceStore

extension TracesCommand {
    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What differs between two traces: parameters, where the executions part, what follows from that.",
            discussion: "Mostly of use for one example under two candidates. Exits with 0 also when they differ.")

        @Argument(help: "The number of the trace before.") var before: Int
        @Argument(help: "The number of the trace after.") var after: Int
        @Flag(help: "Whole values and all changes instead of the first.") var full = false
        @OptionGroup var database: DatabaseOptions
        @Flag(help: "One JSON object.") var json = false

        func run() throws {
            let records = try database.records()
            let terminal = records.terminal
            let diff = GraphDiff(try records.store.trace(id: before), try records.store.trace(id: after))
            if json {
                Output.result(diff.recorded(before: before, after: after).json)
                return
            }
            Output.result(
                terminal.paint("trace \(before) → trace \(after)", .bold)
                    + "  \(diff.before.candidate.id) → \(diff.after.candidate.id), "
                    + "\(diff.before.outcome.name) → \(diff.after.outcome.name)")
            Output.result(DifferenceOutline(diff: diff, terminal: terminal, showsEverything: full).shown())
        }
    }
}

extension GraphDiff {
    /// The whole difference as one JSON object.
    ///
    /// - Parameters:
    ///   - before: The number of the first trace.
    ///   - after: The number of the second trace.
    fileprivate func recorded(before beforeNumber: Int, after afterNumber: Int) -> Value {
        func side(_ trace: Trace, _ number: Int) -> Value {
            [
                "trace": .integer(number), "candidate": .text("\(trace.candidate.id)"),
                "outcome": .text(trace.outcome.name), "nodes": .integer(trace.nodes.count),
            ]
        }
        let counts = counts
        return [
            "schema": "optrace.trace-diff.v1", "before": side(before, beforeNumber), "after": side(after, afterNumber),
            "same": .integer(counts.same), "changed": .integer(counts.changed), "added": .integer(counts.added),
            "removed": .integer(counts.removed), "changes": .list(changes.map(recorded)),
        ]
    }

    private func recorded(_ change: Change) -> Value {
        let word: Value =
            switch change.sides {
            case .added: "added"
            case .removed: "removed"
            case .changed: "changed"
            }
        return [
            "change": word, "origin": .flag(change.isOrigin),
            "aspects": .list(change.aspects.names.map(Value.text)),
            "before": change.before.map { recorded(before[$0], in: before) } ?? .null,
            "after": change.after.map { recorded(after[$0], in: after) } ?? .null,
        ]
    }

    private func recorded(_ node: Node, in trace: Trace) -> Value {
        [
            "name": .text(node.name), "kind": .text(node.kind.name),
            "operation": node.operation.map { .text($0.name) } ?? .null,
            "inputs": .list(
                node.inputs.map { ["name": .text($0.name), "node": .text(trace[$0.node].name)] }),
            "value": node.value,
        ]
    }
}
