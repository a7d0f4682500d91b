import Synchronization

/// Where the nodes of one execution are written down: one append-only arena behind a mutex.
///
/// Found through a task-local, so concurrent executions never mix, and child tasks write to their parent's recording.
public final class Recording: Sendable {
    /// What the code that runs now belongs to.
    struct Context: Sendable {
        let recording: Recording
        let scope: Int?
        let calls: CallCollector
    }

    @TaskLocal static var current: Context?

    let candidate: Candidate
    let clock: TraceClock
    private let begin: Int64
    private let arena = Mutex(Arena())

    init(candidate: Candidate, clock: TraceClock) {
        self.candidate = candidate
        self.clock = clock
        self.begin = clock.now()
    }

    /// Nanoseconds since the recording began.
    var elapsed: Int64 { clock.now() - begin }

    /// True while the calling task is being recorded.
    public static var isActive: Bool { current != nil }

    func root(_ value: Value, base: String, kind: Node.Kind, scope: Int?) -> NodeReference {
        let now = elapsed
        return arena.withLock { arena in
            arena.append(
                base: base, kind: kind, operation: nil, inputs: [], value: value, scope: scope, start: now, end: now,
                in: self)
        }
    }

    /// The node of the parameter, recorded at its first use.
    func parameter(_ definition: ParameterDefinition, value: Value) -> NodeReference {
        let now = elapsed
        return arena.withLock { arena in
            if let node = arena.parameterNodes[definition.name] { return NodeReference(recording: self, node: node) }
            let reference = arena.append(
                base: definition.name, kind: .parameter, operation: nil, inputs: [], value: value, scope: nil,
                start: now, end: now, in: self)
            arena.parameterNodes[definition.name] = reference.node
            arena.parameters[reference.node] = definition
            return reference
        }
    }

    /// The result, or the failure, of an operation.
    func result(
        _ value: Value, isFailure: Bool, base: String, operation: Operation, inputs: [TracedInput],
        scope: Int?, start: Int64, calls: [ModelCall]
    ) -> NodeReference {
        let end = elapsed
        return arena.withLock { arena in
            let inputs = arena.nodes(for: inputs, scope: scope, at: start, in: self)
            let place = arena.place(of: operation)
            let reference = arena.append(
                base: base, kind: isFailure ? .failure : .operation, operation: place, inputs: inputs, value: value,
                scope: scope, start: start, end: end, in: self)
            for var call in calls {
                call.node = reference.node
                arena.calls.append(call)
            }
            if isFailure { arena.lastFailure = reference.node }
            return reference
        }
    }

    func open(_ name: String, inside parent: Int?) -> Int {
        arena.withLock { arena in
            arena.scopes.append(Scope(name: name, parent: parent))
            return arena.scopes.count - 1
        }
    }

    /// Notes that the recording cannot stand as it is, such as a candidate's value of the wrong type.
    func invalidate(_ reason: String) {
        arena.withLock { $0.defect = $0.defect ?? reason }
    }

    /// The trace so far. Nothing recorded later shows in it.
    func trace(ending end: End, strayCalls: [ModelCall]) -> Trace {
        let duration = elapsed
        return arena.withLock { arena in
            var end = end
            if let defect = arena.defect { end = .thrown(ParameterError(reason: defect)) }
            let outcome: Trace.Outcome
            switch end {
            case .returned(let input):
                let inputs = arena.nodes(for: [input], scope: nil, at: duration, in: self)
                outcome = .completed(inputs[0].node)
            case .thrown(let error):
                let (name, message, _) = FailureText.parts(of: error)
                if let failure = arena.failure(name: name, message: message) {
                    outcome = .failed(failure)
                } else {
                    let parents = arena.lastFailure.map { [Node.Input(name: "after", node: $0)] } ?? []
                    let reference = arena.append(
                        base: "failure", kind: .failure, operation: arena.place(of: Operation(name: "workflow")),
                        inputs: parents, value: .text(FailureText.line(name: name, message: message)), scope: nil,
                        start: duration, end: duration, in: self)
                    outcome = .failed(reference.node)
                }
            case .cancelled:
                outcome = .cancelled
            }
            var calls = arena.calls
            if !strayCalls.isEmpty, let last = arena.nodes.indices.last {
                calls += strayCalls.map { call in
                    var call = call
                    call.node = NodeID(last)
                    return call
                }
            }
            let storage = TraceStorage(
                nodes: arena.nodes, operations: arena.operations, scopes: arena.scopes, parameters: arena.parameters)
            return Trace(
                storage: storage, candidate: candidate, outcome: outcome, error: end.error, duration: duration,
                calls: calls)
        }
    }

    enum End {
        case returned(TracedInput)
        case thrown(any Error)
        case cancelled

        var error: (any Error)? {
            if case .thrown(let error) = self { error } else { nil }
        }
    }
}

/// A node and the recording it is in.
struct NodeReference: Sendable {
    let recording: Recording
    let node: NodeID
}
