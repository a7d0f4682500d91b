extension Trace {
    /// Runs `body` again: operations whose inputs are as they were in this trace answer from it, the rest run.
    ///
    /// Everything before a change is free and identical. A change is a candidate with other values, a root with another
    /// value, or a node that is given another one; where a changed operation comes to the same result as before, what
    /// follows is answered again. However this trace ended, what it recorded answers.
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
    ///   - settings: See ``Intervention/settings``.
    ///   - anew: See ``Intervention/anew``.
    ///   - hints: See ``Intervention/hints``.
    ///   - clock: Where times come from.
    ///   - body: The workflow, as it was recorded.
    /// - Returns: A trace like that of any run; ``Trace/reused`` says what was answered. The model calls of what was
    ///   answered are in it, as answered by a cache.
    /// - Throws: ``TraceError`` with code `foreignNode` when a node belongs to another trace, `notAnOperation` when it is
    ///   a root. The workflow's own failures end its trace.
    /// - Complexity: O(nodes + edges + bytes of values) beside the operations that run.
    public func rerun<Output: Sendable>(
        _ candidate: Candidate? = nil, setting settings: [NodeID: Value] = [:], anew: Set<NodeID> = [],
        hints: [String: String] = [:], clock: TraceClock = .live, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Traced<Output>
    ) async throws(TraceError) -> Trace {
        let intervention = Intervention(settings: settings, anew: anew, hints: hints)
        try intervention.check(against: self)
        return await Trace.record(
            Recording(
                candidate: candidate ?? self.candidate, clock: clock, earlier: EarlierRun(self, with: intervention)),
            isolation: isolation, body)
    }

    /// Runs `record` again on this trace, where the code that records is somebody else's: the first ``record(_:clock:isolation:_:)``
    /// inside it is answered as by ``rerun(_:setting:anew:hints:clock:isolation:_:)``.
    ///
    /// - Parameter record: Records the workflow, with the values its parameters are to have.
    /// - Throws: ``TraceError`` with code `foreignNode` or `notAnOperation` as there, and `notRecorded` when `record` records
    ///   nothing here, so that nothing of the intervention came about.
    public func rerunning(
        with intervention: Intervention, isolation: isolated (any Actor)? = #isolation,
        _ record: () async -> Trace
    ) async throws(TraceError) -> Trace {
        try intervention.check(against: self)
        let earlier = EarlierRun(self, with: intervention)
        let trace = await EarlierRun.$upcoming.withValue(earlier, operation: record, isolation: isolation)
        guard earlier.hasBegun else {
            throw TraceError(
                .notRecorded,
                "the workflow cannot be run again from the middle: it does not record itself with Trace.record")
        }
        return trace
    }
}

/// What an earlier recording has of an operation that only the run of the one before it could tell the need of, such as one
/// that says how that ended; nil when an input was not answered by the earlier recording, or it has no such operation.
public func answered<Output: Sendable>(
    _ name: String, node: String? = nil, inputs: [TracedInput], documentation: String = "", as type: Output.Type
) -> Traced<Output>? {
    guard let context = Recording.current, let earlier = context.recording.earlier else { return nil }
    let slots = inputs.map(context.slot)
    guard earlier.hasAnswered(slots) else { return nil }
    return context.answer(OperationName(name, documentation: documentation, base: node), slots, as: type)
}

extension Recording.Context {
    /// The answer of an earlier run, recorded as a node; nil when there is none and the operation has to run.
    @usableFromInline
    func answer<Output: Sendable>(_ operation: OperationName, _ inputs: [InputSlot], as type: Output.Type) -> Traced<
        Output
    >? {
        guard let earlier = recording.earlier, let restorable = type as? any Restorable.Type,
            let (node, value, calls) = earlier.answer(operation, inputs),
            let output = restorable.init(recorded: value) as? Output
        else { return nil }
        let start = recording.elapsed
        let index = recording.append(
            operation, isFailure: false, value: value, scope: scope, start: recording.counted,
            calls: calls.map { call in
                var call = call
                call.wasCached = true
                call.start = start
                return call
            }
        ) { writer in
            for input in inputs { writer.take(input) }
        }
        earlier.take(node, as: index)
        return Traced(output, node: index, in: recording)
    }
}
