import Synchronization

/// What an earlier trace can answer while its workflow runs again.
///
/// An operation is answered when the earlier trace has one of the same name, with the same description, under the same
/// node name, on inputs of the same values in the same order; of several such, in the order they occurred. Values are
/// told apart by classes: equal values, equal class. Descriptions of what a trace cannot keep are equal to nothing, nor
/// are hints that the earlier run was not given.
final class EarlierRun: Sendable {
    /// What the next recording of the task is to be answered from; taken by the first one.
    @TaskLocal static var upcoming: EarlierRun?

    private struct Key: Hashable {
        let name: String
        let documentation: String
        let base: String
        let inputs: [Int]

        // Where an operation stands is left out: a line more above it makes it no other.
        init(operation: Operation, base: String, inputs: [Int]) {
            name = operation.name
            documentation = operation.documentation
            self.base = base
            self.inputs = inputs
        }
    }

    private struct State {
        /// By node of the new recording.
        var classes: [Int] = []
        var known: [Value: Int]
        /// The nodes that can answer, the next one last.
        var answers: [Key: [NodeID]]
        var taken: [NodeID: NodeID] = [:]
        var hasBegun = false
        /// How many nodes of each base with a setting there are.
        var counts: [String: Int] = [:]
        /// The settings that no operation was given yet, by the node's base and ordinal.
        var waiting: [String: [Int: NodeID]] = [:]
    }

    /// A value that is like no other, and whatever is computed from it.
    private static let unlike = -1

    private let trace: Trace
    private let settings: [NodeID: Value]
    /// What is to run again though nothing changed.
    private let anew: Set<Key>
    /// By the base of the nodes they are for.
    let hints: [String: String]
    /// The bases of hint roots whose text is another one than in the earlier run, or whose nodes had no hint then.
    private let freshHints: Set<String>
    /// The model calls of the earlier nodes that made any.
    private let calls: [NodeID: [ModelCall]]
    private let state: Guarded<State>

    /// - Complexity: O(nodes + edges + bytes of values).
    init(_ trace: Trace, with intervention: Intervention) {
        self.trace = trace
        self.settings = intervention.settings
        self.hints = intervention.hints
        self.calls = Dictionary(grouping: trace.calls, by: \.node)
        var known: [Value: Int] = [:]
        var classes: [Int] = []
        classes.reserveCapacity(trace.storage.count)
        var answers: [Key: [NodeID]] = [:]
        var again: Set<Key> = []
        for node in trace.nodes {
            classes.append(Self.place(of: node.value, in: &known))
            let isAnew = intervention.anew.contains(node.id)
            guard let operation = node.operation,
                node.kind == .operation || isAnew || settings[node.id] != nil,
                settings[node.id] != nil || !intervention.outdated.contains(node.base)
            else { continue }
            let key = Key(operation: operation, base: node.base, inputs: node.parents.map { classes[$0.index] })
            if isAnew, settings[node.id] == nil {
                again.insert(key)
            } else {
                answers[key, default: []].append(node.id)
            }
        }
        for key in answers.keys { answers[key]?.reverse() }
        for key in again { answers[key] = nil }
        var fresh: Set<String> = []
        for (base, text) in hints {
            let root = Self.hintBase(of: base)
            if !trace.nodes.contains(where: { $0.base == root && $0.value.text == text }) { fresh.insert(root) }
        }
        self.freshHints = fresh
        self.anew = again
        var waiting: [String: [Int: NodeID]] = [:]
        for node in settings.keys { waiting[trace[node].base, default: [:]][trace[node].ordinal] = node }
        self.state = Guarded(
            State(known: known, answers: answers, counts: waiting.mapValues { _ in 0 }, waiting: waiting))
    }

    /// What the root is called that holds the hint for nodes called `base`.
    static func hintBase(of base: String) -> String { "\(base)_hint" }

    private static func place(of value: Value, in known: inout [Value: Int]) -> Int {
        if value.isDescription { return unlike }
        if let place = known[value] { return place }
        known[value] = known.count
        return known.count - 1
    }

    /// The earlier node that answers the operation, the value it has in this run and the model calls it made; nil when it
    /// has to run.
    func answer(
        _ operation: OperationName, _ inputs: [InputSlot]
    ) -> (node: NodeID, value: Value, calls: [ModelCall])? {
        state.withLock { state in
            let classes = inputs.map { state.classes[Int($0.node)] }
            let base = operation.base ?? operation.name
            let key = Key(
                operation: Operation(name: operation.name, documentation: operation.documentation), base: base,
                inputs: classes)
            guard !classes.contains(Self.unlike), let node = state.answers[key]?.popLast() else {
                return setting(of: base, operation, in: &state)
            }
            // What a node is given is made by nobody: neither by a model.
            if let value = settings[node] {
                state.waiting[base]?[trace[node].ordinal] = nil
                return (node, value, [])
            }
            return (node, trace[node].value, calls[node] ?? [])
        }
    }

    /// The setting of the next node of `base`, whose inputs are not what they were.
    private func setting(
        of base: String, _ operation: OperationName, in state: inout State
    ) -> (node: NodeID, value: Value, calls: [ModelCall])? {
        guard let ordinal = state.counts[base], let node = state.waiting[base]?[ordinal],
            trace[node].operation?.name == operation.name, let value = settings[node]
        else { return nil }
        state.waiting[base]?[ordinal] = nil
        return (node, value, [])
    }

    /// Notes a node of the new recording, in the order they are recorded.
    func note(_ node: UInt32, _ value: Value, operation: Operation?, base: String, parents: [UInt32]) {
        state.withLock { state in
            var place = Self.place(of: value, in: &state.known)
            if let operation {
                let inputs = parents.map { state.classes[Int($0)] }
                if inputs.contains(Self.unlike)
                    || anew.contains(Key(operation: operation, base: base, inputs: inputs))
                {
                    place = Self.unlike
                }
            } else if freshHints.contains(base) {
                place = Self.unlike
            }
            state.classes.append(place)
            if let count = state.counts[base] { state.counts[base] = count + 1 }
        }
    }

    /// Notes that a node of the new recording is the answer of an earlier one.
    func take(_ earlier: NodeID, as node: UInt32) {
        state.withLock { state in
            state.taken[NodeID(Int(node))] = earlier
            // What it was made from may be like nothing, and it has the value it was given all the same.
            if let value = settings[earlier] { state.classes[Int(node)] = Self.place(of: value, in: &state.known) }
        }
    }

    func hasAnswered(_ inputs: [InputSlot]) -> Bool {
        state.withLock { state in inputs.allSatisfy { state.taken[NodeID(Int($0.node))] != nil } }
    }

    /// The nodes of the new recording that were answered, with the nodes that answered them.
    var taken: [NodeID: NodeID] { state.withLock { $0.taken } }

    /// Whether it is still nobody's; only the first who asks is told so.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun
        }
    }

    var hasBegun: Bool { state.withLock(\.hasBegun) }
}

extension Value {
    /// Whether something in it is only described, so that equal descriptions need not mean equal things.
    fileprivate var isDescription: Bool {
        switch self {
        case .opaque: true
        case .list(let elements): elements.contains(where: \.isDescription)
        case .object(let fields): fields.values.contains(where: \.isDescription)
        default: false
        }
    }
}
