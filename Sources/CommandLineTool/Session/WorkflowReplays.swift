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
        var example = try example(of: recorded)
        var candidate = trace.candidate
        var intervention = Intervention.none
        if node.kind == .parameter, let name = node.parameter?.name {
            guard let definition = session.workflow.parameters[name] else {
                throw CommandError("\(file.path) has no parameter '\(name)' any more")
            }
            let checked = try definition.checked(value)
            if let objection = try await session.workflow.objection(to: checked, for: definition) {
                throw CommandError("\(name): \(objection)")
            }
            candidate = Candidate(
                id: candidate.id, values: candidate.values.merging([name: checked]) { $1 }, parents: [candidate.id],
                origin: "\(name) changed by hand")
        } else if node.operationIndex != nil {
            intervention.settings[id] = value
        } else if file.inputs.contains(where: { $0.name == node.base }) {
            example.fields[node.base] = value
        } else {
            throw CommandError("\(node.name) stands in the workflow file itself; change it there")
        }
        let again = try await session.workflow.rerun(
            trace, candidate, on: example, with: intervention, repetition: recorded.repetition)
        return try session.store.save(
            again, workflow: file.name, example: recorded.example == nil ? nil : example, split: recorded.split,
            repetition: recorded.repetition)
    }

    /// What the trace was run on: the row of the data, with the inputs as the trace has them.
    private func example(of recorded: RecordedTrace) throws -> Example {
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
