import Evaluation
import Inspector
import Interchange
import TraceGraph
import TraceStore
import Workflows

/// Runs recorded executions of a workflow again from one of their nodes, for the page of `optrace view`.
struct WorkflowReplays: ReplayService {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func replay(trace number: Int, node id: NodeID, value: Value) async throws -> Int {
        let recorded = try session.store.recordedTrace(number)
        let file = session.workflow.file
        guard recorded.workflow == file.name else {
            throw CommandError("trace \(number) is one of \(recorded.workflow), and this page runs \(file.name)")
        }
        let trace = recorded.trace
        let node = trace[id]
        var value = value
        if node.kind == .parameter, let name = node.parameter?.name {
            guard let definition = session.workflow.parameters[name] else {
                throw CommandError("\(file.path) has no parameter '\(name)' any more")
            }
            value = try definition.checked(value)
            if let objection = try await session.workflow.objection(to: value, for: definition) {
                throw CommandError("\(name): \(objection)")
            }
        }
        var changes = ReplayChanges(of: trace, on: try example(of: recorded), candidate: trace.candidate)
        try changes.set(node, to: value)
        return try await Replay(
            changes, of: trace, number: number, summary: try session.store.summary(ofTrace: number),
            repetition: recorded.repetition, in: session
        ).number
    }

    /// What the trace was run on, as it was kept; else the row of the data, with the inputs as the trace has them.
    private func example(of recorded: RecordedTrace) throws -> Example {
        if let number = recorded.number, let kept = try session.store.example(ofTrace: number) { return kept }
        let file = session.workflow.file
        var example = Example(id: recorded.example ?? "input", fields: Fields())
        if let id = recorded.example, file.data != nil, let found = try file.dataset()[id] { example = found }
        for node in recorded.trace.nodes where node.kind == .input {
            if file.inputs.contains(where: { $0.name == node.base }), node.ordinal == 0 {
                example.fields[node.base] = node.value
            }
        }
        return example
    }
}
