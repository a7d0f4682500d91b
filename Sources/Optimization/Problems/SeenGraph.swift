import TraceGraph

/// The part of one trace that a problem shows, in flat tables: what lies between the variables and the outputs in
/// execution order, what each operation reads, and the roots besides.
///
/// A node's place is its number among those that are shown.
struct SeenGraph {
    enum Role: UInt8 {
        case absent
        /// A parameter that may be changed.
        case variable
        /// A plain value: what came from outside, or an output that no variable reaches.
        case root
        case operation
    }

    /// An input of an operation.
    struct Argument {
        /// The argument's name without a trailing number.
        let stem: Lexicon.Word
        /// The place of what it reads.
        let source: Int32
    }

    let trace: Trace
    private(set) var ids: [NodeID] = []
    private(set) var roles: [Role] = []
    /// What the nodes are called; of variables, the parameter's name.
    private(set) var bases: [Lexicon.Word] = []
    /// What made them.
    private(set) var operations: [Lexicon.Word] = []
    /// The composite operations around them.
    private(set) var scopes: [Lexicon.Word] = []
    private(set) var isOutput: [Bool] = []
    /// Of all operations, one after the other.
    private(set) var arguments: [Argument] = []
    private var starts: [Int32] = [0]
    private let collapsed: CollapsedScopes?

    var count: Int { ids.count }

    /// - Parameter variables: The nodes of the parameters that may be changed.
    /// - Throws: ``TraceError`` with code `foreignNode` when an output is no node of the trace.
    /// - Complexity: O(nodes of the trace up to the last output + edges of the subgraph).
    init(
        _ trace: Trace, outputs: [NodeID], variables: [NodeID], scopes view: Problem.Scopes, lexicon: inout Lexicon
    ) throws(TraceError) {
        self.trace = trace
        let graph = try trace.subgraph(from: outputs, to: variables)
        let last = max(
            graph.nodes.last?.index ?? -1, graph.blankets.last?.index ?? -1, outputs.max()?.index ?? -1)
        var roles = [Role](repeating: .absent, count: last + 1)
        for id in graph.nodes { roles[id.index] = .operation }
        for id in graph.blankets { roles[id.index] = .root }
        for id in outputs where roles[id.index] == .absent { roles[id.index] = .root }
        for id in variables where id.index <= last && roles[id.index] != .absent { roles[id.index] = .variable }
        var isOutput = [Bool](repeating: false, count: last + 1)
        for id in outputs { isOutput[id.index] = true }

        let collapsed =
            view == .collapsed && !trace.scopes.isEmpty
            ? CollapsedScopes(of: trace, roles: roles, isOutput: isOutput) : nil
        self.collapsed = collapsed
        var names = TraceNames(trace)
        var places = [Int32](repeating: -1, count: last + 1)
        for index in roles.indices where roles[index] != .absent && !(collapsed?.hides(index) ?? false) {
            let node = trace[NodeID(index)]
            places[index] = Int32(ids.count)
            ids.append(node.id)
            self.roles.append(roles[index])
            self.isOutput.append(isOutput[index])
            let base = roles[index] == .variable ? node.parameter?.name : nil
            bases.append(lexicon.number(of: base ?? node.base))
            operations.append(names.operation(of: node, in: &lexicon))
            scopes.append(names.scope(of: node, in: &lexicon))
            if roles[index] == .operation {
                for input in Self.inputs(of: node, in: trace, collapsed) {
                    arguments.append(
                        Argument(stem: lexicon.stem(of: input.name), source: places[input.node.index]))
                }
            }
            starts.append(Int32(arguments.count))
        }
    }

    /// The places in ``arguments`` of what the node at `place` reads.
    func edges(of place: Int) -> Range<Int> { Int(starts[place])..<Int(starts[place + 1]) }

    func node(at place: Int) -> Node { trace[ids[place]] }

    func isFailure(at place: Int) -> Bool { trace[ids[place]].kind == .failure }

    /// What the operation at `place` reads, with the names of its arguments, in the order of ``edges(of:)``.
    func inputs(at place: Int) -> [Node.Input] { Self.inputs(of: node(at: place), in: trace, collapsed) }

    private static func inputs(of node: Node, in trace: Trace, _ collapsed: CollapsedScopes?) -> [Node.Input] {
        collapsed?.inputs(of: node, in: trace) ?? node.inputs
    }
}

/// The names of a trace's operations and scopes as words, each looked up once.
private struct TraceNames {
    private let operations: [Operation]
    private let scopes: [Scope]
    private var operationWords: [Lexicon.Word?]
    private var scopeWords: [Lexicon.Word?]

    init(_ trace: Trace) {
        operations = trace.operations
        scopes = trace.scopes
        operationWords = Array(repeating: nil, count: operations.count)
        scopeWords = Array(repeating: nil, count: scopes.count)
    }

    mutating func operation(of node: Node, in lexicon: inout Lexicon) -> Lexicon.Word {
        guard let index = node.operationIndex else { return Lexicon.none }
        if let word = operationWords[index] { return word }
        let word = lexicon.number(of: operations[index].name)
        operationWords[index] = word
        return word
    }

    mutating func scope(of node: Node, in lexicon: inout Lexicon) -> Lexicon.Word {
        guard let index = node.scope else { return Lexicon.none }
        if let word = scopeWords[index] { return word }
        var path: [String] = []
        var next: Int? = index
        while let scope = next {
            path.append(scopes[scope].name)
            next = scopes[scope].parent
        }
        let word = lexicon.number(of: path.reversed().joined(separator: "/"))
        scopeWords[index] = word
        return word
    }
}
