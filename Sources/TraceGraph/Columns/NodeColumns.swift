/// The graph of a trace, column by column: 40 bytes a node and 4 an edge beside the values.
///
/// What many nodes share is kept once: names, operations, and the argument names of an operation. Edges are in
/// compressed rows: the inputs of a node follow those of the node before it.
struct NodeColumns: ~Copyable, Sendable {
    struct Record: Sendable {
        /// An index into ``names``.
        var base: UInt32
        var ordinal: UInt32
        /// An index into ``signatures``.
        var signature: UInt32
        /// An index into ``scopes``; ``NodeColumns/none`` at the top.
        var scope: UInt32
        /// The end of the node's row in ``parents``.
        var inputsEnd: UInt32
        var level: UInt32
        var start: Int64
        var duration: Int64
    }

    /// What nodes of one kind, operation and argument names have in common.
    struct Signature: Sendable {
        let kind: Node.Kind
        /// An index into ``operations``; -1 for roots.
        let operation: Int32
        /// The row of its arguments in ``argumentNames``.
        let arguments: Range<UInt32>
    }

    /// What an argument is called after: a name that was given, or the name of the node it comes from.
    struct Tag: Sendable, Hashable {
        let bits: UInt32

        static func given(_ name: UInt32) -> Tag { Tag(bits: name | 1 << 31) }
        static func after(base: UInt32) -> Tag { Tag(bits: base) }

        var isGiven: Bool { bits >> 31 == 1 }
        /// An index into ``NodeColumns/names``.
        var name: Int { Int(bits & ~(1 << 31)) }
    }

    static let none = UInt32.max

    var records = Column<Record>()
    var parents = Column<UInt32>()
    var values = Column<Value>()
    var names: [String] = []
    var signatures: [Signature] = []
    /// Indices into ``names``.
    var argumentNames: [UInt32] = []
    var operations: [Operation] = []
    var scopes: [Scope] = []
    var parameters: [NodeID: ParameterDefinition] = [:]
    var hiddenInputs: [HiddenInput] = []

    init() {}

    /// The places of a node's inputs in ``parents``.
    func row(of node: Int) -> Range<Int> {
        let start = node == 0 ? 0 : Int(records[node - 1].inputsEnd)
        return start..<Int(records[node].inputsEnd)
    }

    /// Multiplies every start and duration.
    mutating func scaleTimes(by factor: Double) {
        for node in 0..<records.count {
            records[node].start = Int64(Double(records[node].start) * factor)
            records[node].duration = Int64(Double(records[node].duration) * factor)
        }
    }

    /// The argument name of a node's input at `position`.
    func argumentName(at position: Int, of node: Int) -> String {
        let signature = signatures[Int(records[node].signature)]
        return names[Int(argumentNames[Int(signature.arguments.lowerBound) + position])]
    }
}
