/// What differs between two traces, node by node, and which differences merely follow from others.
///
/// Mostly used on two traces of one example under two candidates: the changed parameters come first, then the rest in
/// execution order. Nodes are matched by what they are, what they were made from and what is made from them, not by their
/// place, so neither the order in which concurrent steps ended nor two more turns of a loop shift anything.
///
/// Compared are values, operations, inputs, kinds, names and the definitions of parameters; not times, model calls,
/// feedback, documentation, and within which composite operation a node was recorded. Of concurrent branches that are
/// the same in everything, parts may be taken for one another's; then only inputs differ.
///
/// `GraphDiff(a, a)` is empty; `GraphDiff(b, a)` is `GraphDiff(a, b)` with the sides swapped.
public struct GraphDiff: Sendable {
    /// The trace that is compared with.
    public let before: Trace
    /// The trace that is compared.
    public let after: Trace
    /// Changed parameters first, then everything in execution order.
    public let changes: [Change]

    private let afters: [Int]
    private let befores: [Int]

    /// Compares two traces.
    ///
    /// - Complexity: O((nodes + edges) log nodes).
    public init(_ before: Trace, _ after: Trace) {
        self.before = before
        self.after = after
        // Always the same one first, whichever way round they were given: so the result is the same but for the sides.
        let order = before.order(against: after)
        let isTurned = order > 0
        let (first, second) = isTurned ? (after, before) : (before, after)
        let matching = order == 0 ? GraphMatching(identityOf: before) : GraphMatching(first, second)
        let changes = ChangeFinder(first, second, matching).changes()
        self.changes = isTurned ? changes.map(\.turned) : changes
        self.afters = isTurned ? matching.firsts : matching.seconds
        self.befores = isTurned ? matching.seconds : matching.firsts
    }

    /// True when the graphs are the same but for the order in which nodes were recorded.
    public var isEmpty: Bool { changes.isEmpty }

    /// The changes where the two executions part; every other change follows from these.
    public var origins: [Change] { changes.filter(\.isOrigin) }

    /// The node of ``after`` that stands for the node `id` of ``before``; nil when it was removed.
    ///
    /// - Precondition: `id` is a node of ``before``.
    public func counterpart(ofBefore id: NodeID) -> NodeID? {
        afters[id.index] < 0 ? nil : NodeID(afters[id.index])
    }

    /// The node of ``before`` that stands for the node `id` of ``after``; nil when it was added.
    ///
    /// - Precondition: `id` is a node of ``after``.
    public func counterpart(ofAfter id: NodeID) -> NodeID? {
        befores[id.index] < 0 ? nil : NodeID(befores[id.index])
    }

    /// How many nodes there are of each sort.
    public var counts: (same: Int, changed: Int, added: Int, removed: Int) {
        let matched = afters.count { $0 >= 0 }
        let removed = afters.count - matched
        let added = befores.count - matched
        let changed = changes.count - added - removed
        return (matched - changed, changed, added, removed)
    }

    /// The node that `change` is about: as it is after, or as it was when it was removed.
    public func node(of change: Change) -> Node {
        switch change.sides {
        case .removed(let id): before[id]
        case .added(let id), .changed(_, let id): after[id]
        }
    }
}

extension GraphDiff {
    /// One node that was added, removed or changed.
    public struct Change: Sendable, Hashable {
        /// Where the node is.
        public enum Sides: Sendable, Hashable {
            /// Only in the trace after.
            case added(NodeID)
            /// Only in the trace before.
            case removed(NodeID)
            /// In both, not the same.
            case changed(before: NodeID, after: NodeID)

            var before: NodeID? {
                switch self {
                case .removed(let id), .changed(let id, _): id
                case .added: nil
                }
            }

            var after: NodeID? {
                switch self {
                case .added(let id), .changed(_, let id): id
                case .removed: nil
                }
            }
        }

        /// Which of the two traces have the node.
        public let sides: Sides
        /// What is different; empty for nodes that are only on one side.
        public let aspects: Aspects
        /// True where the executions part: for a parameter or another root, and for an operation all of whose inputs are
        /// as they were. False for what was only computed from changed inputs, and for roots that came or went with the
        /// operations that read them.
        public let isOrigin: Bool

        /// The node in the trace before; nil when it was added.
        public var before: NodeID? { sides.before }

        /// The node in the trace after; nil when it was removed.
        public var after: NodeID? { sides.after }

        /// The same seen from the other side.
        var turned: Change {
            let sides: Sides =
                switch self.sides {
                case .added(let id): .removed(id)
                case .removed(let id): .added(id)
                case .changed(let before, let after): .changed(before: after, after: before)
                }
            return Change(sides: sides, aspects: aspects, isOrigin: isOrigin)
        }
    }

    /// What can differ between a node and its counterpart.
    public struct Aspects: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let value = Aspects(rawValue: 1)
        /// The name of the operation.
        public static let operation = Aspects(rawValue: 2)
        /// Which nodes it reads, or under which argument names.
        public static let inputs = Aspects(rawValue: 4)
        /// Such as an operation that failed.
        public static let kind = Aspects(rawValue: 8)
        /// The base of the node's name.
        public static let name = Aspects(rawValue: 16)
        /// What the parameter is, apart from its values: its kind, constraint or documentation.
        public static let definition = Aspects(rawValue: 32)

        /// The aspects in words, in a fixed order.
        public var names: [String] {
            let all: [(Aspects, String)] = [
                (.value, "value"), (.operation, "operation"), (.inputs, "inputs"), (.kind, "kind"), (.name, "name"),
                (.definition, "definition"),
            ]
            return all.filter { contains($0.0) }.map(\.1)
        }
    }
}
