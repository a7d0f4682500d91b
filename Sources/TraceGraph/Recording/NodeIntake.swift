/// Writes nodes that were made outside of this process, by a program of another language for one, into the recording of
/// the calling task.
///
/// Whoever uses it answers for what it writes: values and edges are taken as they are told, times as far as they are any.
public struct NodeIntake: Sendable {
    private let context: Recording.Context

    /// The recording of the calling task; nil when nothing is being recorded.
    public init?() {
        guard let context = Recording.current else { return nil }
        self.context = context
    }

    /// Nanoseconds since the recording began.
    public var elapsed: Int64 { context.recording.elapsed }

    /// The node of a value that this process has; one that was not recorded here becomes a constant root.
    public func node(of value: Traced<Value>) -> NodeID {
        NodeID(Int(context.slot(of: value).node))
    }

    /// The node of a parameter, recorded at its first use with the candidate's value.
    public func parameter(_ definition: ParameterDefinition) -> NodeID {
        let value = context.recording.candidate[definition.name] ?? definition.initial
        return NodeID(Int(context.recording.parameter(definition, value: value)))
    }

    /// A root that came in from outside, or stood in the program.
    public func root(_ value: Value, isInput: Bool, base: String, scope: Int? = nil) -> NodeID {
        let node = context.recording.root(isInput ? .input : .constant, value, base: base, scope: place(of: scope))
        return NodeID(Int(node))
    }

    /// Opens a composite operation called `name`: its place, for the nodes inside it.
    public func open(_ name: String, inside parent: Int? = nil) -> Int {
        Int(context.recording.open(name, inside: place(of: parent)))
    }

    /// The result of an operation, or its failure.
    ///
    /// - Parameters:
    ///   - operation: What it is called, what it does and where it stands.
    ///   - base: What the node is called.
    ///   - inputs: What it read, by argument name: nodes that this recording has.
    ///   - scope: The composite operation it belongs to, from ``open(_:inside:)``.
    ///   - start: Nanoseconds from the beginning of the recording; see ``elapsed``. Less than none counts as none, more
    ///     than decades as decades; so it does for the duration.
    ///   - duration: Nanoseconds.
    ///   - calls: The model calls made in it; their own node is filled in.
    public func operation(
        _ operation: Operation, base: String, inputs: [Node.Input], value: Value, isFailure: Bool = false,
        scope: Int? = nil, start: Int64, duration: Int64, calls: [ModelCall] = []
    ) -> NodeID {
        let recording = context.recording
        let start = ClaimBounds.time(start)
        let node = recording.append(
            OperationName(
                operation.name, documentation: operation.documentation, location: operation.location, base: base),
            isFailure: isFailure, value: value, scope: place(of: scope), start: recording.count(at: start),
            end: recording.count(at: start + ClaimBounds.time(duration)), calls: calls
        ) { writer in
            for input in inputs { writer.take(InputSlot(node: UInt32(input.node.index), name: input.name)) }
        }
        return NodeID(Int(node))
    }

    /// The value of a node of this recording, to go on with.
    public func traced(_ value: Value, at node: NodeID) -> Traced<Value> {
        Traced(value, node: UInt32(node.index), in: context.recording)
    }

    private func place(of scope: Int?) -> UInt32 { scope.map(UInt32.init) ?? context.scope }
}
