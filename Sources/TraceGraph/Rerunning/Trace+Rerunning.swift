/// A workflow that ran again on an earlier recording.
public struct Rerun: Sendable {
    /// Complete, like that of any run.
    public let trace: Trace
    /// The operations that were answered by the earlier recording instead of being run, with the nodes that answered.
    public let reused: [NodeID: NodeID]
}

extension Trace {
    /// Runs `body` again: operations whose inputs are as they were in this trace answer from it, the rest run.
    ///
    /// Everything before a change is free and identical. A change is a candidate with other values, a root with another
    /// value, or a node that is given another one; where a changed operation comes to the same result as before, what
    /// follows is answered again.
    ///
    /// ```swift
    /// let again = try await trace.rerun(setting: [draft: "a better draft"]) { try await workflow.run(input) }
    /// again.reused.count   // operations that cost nothing
    /// ```
    ///
    /// An operation is recognised by its name, documentation and node name, and by the values of its inputs in their
    /// order; among equal ones by their order. It can be answered when its result is ``Restorable``. Operations that
    /// failed run again. What an operation reads besides its inputs is not seen: see ``Trace/hiddenInputs``.
    ///
    /// - Parameters:
    ///   - candidate: The parameters' values; by default those of this trace.
    ///   - settings: Other values for operations of this trace. One whose own inputs change is run instead.
    ///   - anew: Operations to run again though nothing changed, with all that follows from them: for another sample.
    ///   - clock: Where times come from.
    ///   - body: The workflow, as it was recorded.
    /// - Throws: ``TraceError`` with code `foreignNode` when a node belongs to another trace, `notAnOperation` when it is
    ///   a root. The workflow's own failures end its trace.
    /// - Complexity: O(nodes + edges + bytes of values) beside the operations that run.
    public func rerun<Output: Sendable>(
        _ candidate: Candidate? = nil, setting settings: [NodeID: Value] = [:], anew: Set<NodeID> = [],
        clock: TraceClock = .live, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Traced<Output>
    ) async throws(TraceError) -> Rerun {
        for node in Array(settings.keys) + anew {
            try check(node)
            guard self[node].operation != nil else {
                throw TraceError(
                    .notAnOperation,
                    "\(self[node].name) is no operation: give the workflow another input, or the candidate another value"
                )
            }
        }
        let earlier = EarlierRun(self, setting: settings, anew: anew)
        let trace = await Trace.record(
            Recording(candidate: candidate ?? self.candidate, clock: clock, earlier: earlier), isolation: isolation,
            body)
        return Rerun(trace: trace, reused: earlier.taken)
    }
}

extension Recording.Context {
    /// The answer of an earlier run, recorded as a node; nil when there is none and the operation has to run.
    @usableFromInline
    func answer<Output: Sendable>(_ operation: OperationName, _ inputs: [InputSlot], as type: Output.Type) -> Traced<
        Output
    >? {
        guard let earlier = recording.earlier, let restorable = type as? any Restorable.Type,
            let (node, value) = earlier.answer(operation, inputs),
            let output = restorable.init(recorded: value) as? Output
        else { return nil }
        let index = recording.append(
            operation, isFailure: false, value: value, scope: scope, start: recording.counted
        ) { writer in
            for input in inputs { writer.take(input) }
        }
        earlier.take(node, as: index)
        return Traced(output, node: index, in: recording)
    }
}
