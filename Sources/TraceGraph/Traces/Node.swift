/// One recorded value with the operation that made it and the nodes it was made from.
///
/// A view into its ``Trace``: cheap to make, it keeps the trace alive.
public struct Node: Sendable, Identifiable {
    /// What sort of node this is.
    public enum Kind: UInt8, Sendable, Hashable, Codable, CaseIterable {
        /// A trainable root.
        case parameter
        /// A root that came in from outside.
        case input
        /// A root that stood in the program.
        case constant
        /// The result of an operation.
        case operation
        /// An operation that threw; the value says what.
        case failure

        /// The kind in one word.
        public var name: String { "\(self)" }
    }

    /// An input of an operation under its argument name. The same node may come in under several names.
    public struct Input: Sendable, Hashable {
        public var name: String
        public var node: NodeID

        public init(name: String, node: NodeID) {
            self.name = name
            self.node = node
        }
    }

    let storage: TraceStorage
    public let id: NodeID

    private var draft: NodeDraft { storage.nodes[id.index] }

    /// `base:ordinal`, unique in the trace.
    public var name: String { "\(draft.base):\(draft.ordinal)" }
    /// What the node was called by its caller or after its operation.
    public var base: String { draft.base }
    /// How many earlier nodes of the trace share the base.
    public var ordinal: Int { draft.ordinal }
    public var kind: Kind { draft.kind }
    /// What made the value; nil for roots.
    public var operation: Operation? { draft.operation.map { storage.operations[$0] } }
    /// The place of ``operation`` in ``Trace/operations``; nil for roots.
    public var operationIndex: Int? { draft.operation }
    public var value: Value { draft.value }
    public var inputs: [Input] { draft.inputs }
    /// 0 for roots, else one more than the highest level among the inputs.
    public var level: Int { storage.levels[id.index] }
    /// The composite operation inside which the node was recorded, as an index into ``Trace/scopes``; nil at the top.
    public var scope: Int? { draft.scope }
    /// Nanoseconds from the start of the trace to the start of the operation.
    public var start: Int64 { draft.start }
    /// Nanoseconds the operation took.
    public var duration: Int64 { draft.duration }
    /// What the parameter is, when this is one.
    public var parameter: ParameterDefinition? { storage.parameters[id] }
}

/// A kind of step that a trace can contain many times.
public struct Operation: Sendable, Hashable {
    /// As the program calls it: `format`, `classify`.
    public var name: String
    /// What it does, for a reader of the problem; empty when nobody said.
    public var documentation: String
    /// Where it stands, as `file:line`; empty when unknown.
    public var location: String

    public init(name: String, documentation: String = "", location: String = "") {
        self.name = name
        self.documentation = documentation
        self.location = location
    }
}

/// A composite operation: its inner nodes carry its place in ``Trace/scopes``.
public struct Scope: Sendable, Hashable {
    public var name: String
    /// The scope around this one.
    public var parent: Int?

    public init(name: String, parent: Int?) {
        self.name = name
        self.parent = parent
    }
}

/// All that a trace keeps of one node, for recorders, stores and importers.
public struct NodeDraft: Sendable {
    public var base: String
    public var ordinal: Int
    public var kind: Node.Kind
    /// An index into the trace's operations; nil for roots.
    public var operation: Int?
    public var inputs: [Node.Input]
    public var value: Value
    public var scope: Int?
    public var start: Int64
    public var duration: Int64

    public init(
        base: String, ordinal: Int, kind: Node.Kind, operation: Int?, inputs: [Node.Input], value: Value,
        scope: Int? = nil, start: Int64 = 0, duration: Int64 = 0
    ) {
        self.base = base
        self.ordinal = ordinal
        self.kind = kind
        self.operation = operation
        self.inputs = inputs
        self.value = value
        self.scope = scope
        self.start = start
        self.duration = duration
    }
}
