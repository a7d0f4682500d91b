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
        public var name: String {
            // Asked of every node that is stored or read back; "\(self)" would look the name up by reflection.
            switch self {
            case .parameter: "parameter"
            case .input: "input"
            case .constant: "constant"
            case .operation: "operation"
            case .failure: "failure"
            }
        }

        /// The kind that is called `name`; nil for any other word.
        public init?(name: String) {
            guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = kind
        }

        /// Whether an operation made the node.
        package var isMade: Bool { self == .operation || self == .failure }
    }

    /// An input of an operation under its argument name. The same node may come in under several names.
    public struct Input: Sendable, Hashable {
        public var name: String
        /// What was read.
        public var node: NodeID

        public init(name: String, node: NodeID) {
            self.name = name
            self.node = node
        }
    }

    let storage: TraceStorage
    public let id: NodeID

    private var record: NodeColumns.Record { storage.columns.records[id.index] }
    private var signature: NodeColumns.Signature { storage.columns.signatures[Int(record.signature)] }

    /// `base:ordinal`, unique in the trace.
    public var name: String { "\(base):\(ordinal)" }
    /// What the node was called by its caller or after its operation.
    public var base: String { storage.columns.names[Int(record.base)] }
    /// A number that nodes of the trace share exactly when they share their ``base``.
    public var baseIndex: Int { Int(record.base) }
    /// How many earlier nodes of the trace share the base.
    public var ordinal: Int { Int(record.ordinal) }
    /// What sort of node it is.
    public var kind: Kind { signature.kind }
    /// What made the value; nil for roots.
    public var operation: Operation? { operationIndex.map { storage.columns.operations[$0] } }
    /// The place of ``operation`` in ``Trace/operations``; nil for roots.
    public var operationIndex: Int? { signature.operation < 0 ? nil : Int(signature.operation) }
    /// A number that nodes of the trace share exactly when they share kind, operation and argument names.
    public var signatureIndex: Int { Int(record.signature) }
    public var value: Value { storage.columns.values[id.index] }
    /// The nodes the inputs come from, in argument order; one that comes in twice is there twice.
    public var parents: Parents { Parents(storage: storage, row: storage.columns.row(of: id.index)) }
    /// The inputs with their argument names, made anew at each use.
    public var inputs: [Input] {
        storage.columns.row(of: id.index).enumerated().map { position, edge in
            Input(
                name: storage.columns.argumentName(at: position, of: id.index),
                node: NodeID(Int(storage.columns.parents[edge])))
        }
    }
    /// 0 for roots, else one more than the highest level among the inputs.
    public var level: Int { Int(record.level) }
    /// The composite operation inside which the node was recorded, as an index into ``Trace/scopes``; nil at the top.
    public var scope: Int? { record.scope == NodeColumns.none ? nil : Int(record.scope) }
    /// Nanoseconds from the start of the trace to the start of the operation.
    public var start: Int64 { record.start }
    /// Nanoseconds the operation took.
    public var duration: Int64 { record.duration }
    /// What the parameter is, when this is one.
    public var parameter: ParameterDefinition? {
        operationIndex == nil ? storage.columns.parameters[id] : nil
    }

    /// The nodes that a node's inputs come from.
    public struct Parents: RandomAccessCollection, Sendable {
        let storage: TraceStorage
        let row: Range<Int>

        public var startIndex: Int { 0 }
        public var endIndex: Int { row.count }
        /// The node that the input at `position` reads.
        public subscript(position: Int) -> NodeID {
            NodeID(Int(storage.columns.parents[row.lowerBound + position]))
        }
    }
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
    /// The name without its ordinal.
    public var base: String
    /// The place among the nodes of the same base, from 0.
    public var ordinal: Int
    /// What sort of node it is.
    public var kind: Node.Kind
    /// An index into the trace's operations; nil for roots.
    public var operation: Int?
    /// What it reads, by argument, all of them earlier nodes.
    public var inputs: [Node.Input]
    public var value: Value
    /// An index into the trace's scopes; nil outside of any.
    public var scope: Int?
    /// Nanoseconds since the trace began.
    public var start: Int64
    /// Nanoseconds.
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
