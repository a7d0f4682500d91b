import CTraceFrames
import Synchronization

/// Where the nodes of one execution are written down: append-only columns behind a mutex.
///
/// Found through a task-local, so concurrent executions never mix, and child tasks write to their parent's recording.
public final class Recording: Sendable {
    @TaskLocal static var current: Context?

    let candidate: Candidate
    let clock: TraceClock
    private let begin: TraceClock.Moment
    /// What answers in place of operations; nil for a run of its own.
    let earlier: EarlierRun?
    /// Whether operations may be answered instead of being run.
    @usableFromInline let isRerun: Bool
    let memberNames = MemberNames()

    private struct State: ~Copyable {
        var writer = ColumnWriter()
        /// False once the trace is made: tasks that outlive it record nothing any more.
        var isOpen = true
        var calls: [ModelCall] = []
        var cached: Set<NodeID> = []
        var parameterNodes: [String: UInt32] = [:]
        var lastFailure: UInt32?
        var defect: String?

        mutating func note(_ calls: [ModelCall], _ hidden: [UInt32], in node: UInt32) {
            let node = NodeID(Int(node))
            for var call in calls {
                call.node = node
                self.calls.append(call)
            }
            for read in hidden { writer.note(HiddenInput(reader: node, node: NodeID(Int(read)))) }
        }
    }

    private let state = Guarded(State())

    init(candidate: Candidate, clock: TraceClock, earlier: EarlierRun? = nil) {
        self.earlier = earlier
        self.isRerun = earlier != nil
        self.candidate = candidate
        self.clock = clock
        self.begin = clock.moment
    }

    /// What the clock has counted since the recording began. Becomes nanoseconds when the trace is made.
    @inline(__always)
    var counted: Int64 { clock.count &- begin.count }

    /// Nanoseconds since the recording began.
    var elapsed: Int64 { clock.now() &- begin.nanoseconds }

    /// What the clock counts at a moment given in nanoseconds since the recording began, as it has counted so far.
    func count(at nanoseconds: Int64) -> Int64 {
        let count = (Double(nanoseconds) / clock.moment.scale(since: begin)).rounded()
        return Int64(min(max(count, -0x1p62), 0x1p62))
    }

    /// True while the calling task is being recorded.
    public static var isActive: Bool { current != nil }

    func root(_ kind: Node.Kind, _ value: Value, base: String, scope: UInt32) -> UInt32 {
        let now = counted
        return state.withLock { state in
            guard state.isOpen else { return 0 }
            let node = state.writer.append(kind, base: base, value: value, scope: scope, at: now)
            if isRerun { note(node, in: &state) }
            return node
        }
    }

    /// The node of the parameter, recorded at its first use.
    func parameter(_ definition: ParameterDefinition, value: Value) -> UInt32 {
        let now = counted
        return state.withLock { state in
            if let node = state.parameterNodes[definition.name] { return node }
            guard state.isOpen else { return 0 }
            let node = state.writer.append(
                .parameter, base: definition.name, value: value, scope: NodeColumns.none, at: now)
            if isRerun { note(node, in: &state) }
            state.parameterNodes[definition.name] = node
            state.writer.define(definition, at: node)
            return node
        }
    }

    /// The result, or the failure, of an operation, with what was read inside it though it is no input.
    @inline(__always)
    func append(
        _ operation: OperationName, isFailure: Bool, value: Value, scope: UInt32, start: Int64, end: Int64? = nil,
        calls: [ModelCall] = [], hidden: [UInt32] = [], inputs take: (inout ColumnWriter) -> Void
    ) -> UInt32 {
        let end = end ?? counted
        return state.withLock { state in
            guard state.isOpen else { return 0 }
            take(&state.writer)
            let node = state.writer.append(
                operation, isFailure: isFailure, value: value, scope: scope, start: start, end: end)
            if isFailure { state.lastFailure = node }
            if isRerun { note(node, in: &state) }
            if !calls.isEmpty || !hidden.isEmpty { state.note(calls, hidden, in: node) }
            return node
        }
    }

    /// Notes that a cache gave the node's value.
    func noteCached(_ node: UInt32) {
        state.withLock { state in
            if state.isOpen { state.cached.insert(NodeID(Int(node))) }
        }
    }

    /// Tells the earlier run of a node.
    private func note(_ node: UInt32, in state: inout State) {
        let (operation, base, parents, value) = state.writer.parts(of: node)
        earlier?.note(node, value, operation: operation, base: base, parents: parents)
    }

    func open(_ name: String, inside parent: UInt32) -> UInt32 {
        state.withLock { state in
            guard state.isOpen else { return NodeColumns.none }
            return state.writer.open(Scope(name: name, parent: parent == NodeColumns.none ? nil : Int(parent)))
        }
    }

    /// Notes that the value of a node was taken out of its `Traced`.
    @usableFromInline
    func read(_ node: UInt32) {
        if optrace_frame_read(Unmanaged.passUnretained(self).toOpaque(), node) { return }
        guard let context = Self.current, context.isOperation, context.recording === self else { return }
        context.read(node)
    }

    /// Notes that a parameter was read by its plain name.
    func readPlainly(_ definition: ParameterDefinition, value: Value, in context: Context) {
        let node = parameter(definition, value: value)
        if optrace_frame_read(Unmanaged.passUnretained(self).toOpaque(), node) { return }
        if context.isOperation { return context.read(node) }
        state.withLock { state in
            if state.isOpen { state.writer.note(HiddenInput(reader: nil, node: NodeID(Int(node)))) }
        }
    }

    /// The last node inside `scope` that records `error`, if any does.
    func failure(of error: any Error, inside scope: UInt32) -> UInt32? {
        let line = FailureText.line(of: error)
        return state.withLock { state in
            state.isOpen && state.lastFailure != nil ? state.writer.failure(beginning: line, inside: scope) : nil
        }
    }

    /// Notes that the recording cannot stand as it is, such as a candidate's value of the wrong type.
    func invalidate(_ reason: String) {
        state.withLock { $0.defect = $0.defect ?? reason }
    }

    /// Ends the recording. Nothing is recorded later.
    ///
    /// - Precondition: Asked once.
    func trace(ending end: End, strayCalls: [ModelCall]) -> Trace {
        let now = clock.moment
        return state.withLock { state in
            var end = end
            if let defect = state.defect { end = .thrown(ParameterError(reason: defect)) }
            let outcome = Self.outcome(of: end, at: now.count &- begin.count, &state)
            let count = state.writer.count
            state.isOpen = false
            let calls =
                state.calls
                + (count == 0 ? [] : strayCalls).map { call in
                    var call = call
                    call.node = NodeID(count - 1)
                    return call
                }
            return Trace(
                storage: TraceStorage(state.writer.finish(nanosecondsPerCount: now.scale(since: begin))),
                candidate: candidate, outcome: outcome, error: end.error,
                duration: now.nanoseconds &- begin.nanoseconds, calls: calls, reused: earlier?.taken ?? [:],
                cached: state.cached)
        }
    }

    private static func outcome(of end: End, at time: Int64, _ state: inout State) -> Trace.Outcome {
        switch end {
        case .returned(let node):
            return .completed(NodeID(Int(node)))
        case .thrown(let error):
            let line = FailureText.line(of: error)
            if state.lastFailure != nil, let failure = state.writer.failure(beginning: line) {
                return .failed(NodeID(Int(failure)))
            }
            if let last = state.lastFailure { state.writer.take(InputSlot(node: last, name: "after")) }
            let node = state.writer.append(
                OperationName("workflow", base: "failure"), isFailure: true, value: .text(line),
                scope: NodeColumns.none, start: time, end: time)
            return .failed(NodeID(Int(node)))
        case .cancelled:
            return .cancelled
        }
    }

    enum End {
        /// With this node as the output.
        case returned(UInt32)
        case thrown(any Error)
        case cancelled

        var error: (any Error)? {
            if case .thrown(let error) = self { error } else { nil }
        }
    }
}
