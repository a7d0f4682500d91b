import TraceGraph

/// The part of one trace that a problem shows, in flat tables: what lies between the variables and the outputs in
/// execution order, what each operation reads, and the roots besides.
///
/// A node's place is its number among those that are shown. A class, because a value of so many tables is dear to copy,
/// and all its properties are constants, because variable ones are checked at every access.
final class SeenGraph {
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
    let ids: [NodeID]
    let roles: [Role]
    /// What the nodes are called; of variables, the parameter's name.
    let bases: [Lexicon.Word]
    /// What made them.
    let operations: [Lexicon.Word]
    /// The composite operations around them.
    let scopes: [Lexicon.Word]
    let isOutput: [Bool]
    let isFailure: [Bool]
    /// Of all operations, one after the other.
    let arguments: [Argument]
    private let starts: [Int32]
    private let collapsed: CollapsedScopes?

    var count: Int { ids.count }

    /// - Parameter variables: The nodes of the parameters that may be changed.
    /// - Throws: ``TraceError`` with code `foreignNode` when an output is no node of the trace.
    /// - Complexity: O(nodes of the trace up to the last output + edges of the subgraph).
    init(
        _ trace: Trace, outputs: [NodeID], variables: [NodeID], scopes view: Problem.Scopes, lexicon: inout Lexicon
    ) throws(TraceError) {
        let graph = try trace.subgraph(from: outputs, to: variables)
        let last = max(
            graph.nodes.last?.index ?? -1, graph.blankets.last?.index ?? -1, outputs.max()?.index ?? -1)
        var all = [Role](repeating: .absent, count: last + 1)
        for id in graph.nodes { all[id.index] = .operation }
        for id in graph.blankets { all[id.index] = .root }
        for id in outputs where all[id.index] == .absent { all[id.index] = .root }
        for id in variables where id.index <= last && all[id.index] != .absent { all[id.index] = .variable }
        var outputFlags = [Bool](repeating: false, count: last + 1)
        for id in outputs { outputFlags[id.index] = true }
        let collapsed =
            view == .collapsed && !trace.scopes.isEmpty
            ? CollapsedScopes(of: trace, roles: all, isOutput: outputFlags) : nil

        // One trace after the other has the same names.
        if lexicon.words.isEmpty { lexicon.reserveCapacity(min(trace.operations.count, last + 1)) }
        var names = TraceNames(trace)
        var places = [Int32](repeating: -1, count: last + 1)
        var ids: [NodeID] = []
        var roles: [Role] = []
        var bases: [Lexicon.Word] = []
        var operations: [Lexicon.Word] = []
        var scopes: [Lexicon.Word] = []
        var isOutput: [Bool] = []
        var isFailure: [Bool] = []
        var arguments: [Argument] = []
        var starts: [Int32] = [0]
        for index in all.indices where all[index] != .absent && !(collapsed?.hides(index) ?? false) {
            let node = trace[NodeID(index)]
            places[index] = Int32(ids.count)
            ids.append(node.id)
            roles.append(all[index])
            isOutput.append(outputFlags[index])
            isFailure.append(node.kind == .failure)
            let operation = names.operation(of: node, in: &lexicon)
            operations.append(operation)
            bases.append(
                names.base(of: node, isVariable: all[index] == .variable, operation, in: &lexicon))
            scopes.append(names.scope(of: node, in: &lexicon))
            if all[index] == .operation {
                for (number, input) in Self.inputs(of: node, in: trace, collapsed).enumerated() {
                    arguments.append(
                        Argument(
                            stem: names.stem(of: input.name, number, in: &lexicon), source: places[input.node.index]))
                }
            }
            starts.append(Int32(arguments.count))
        }
        self.trace = trace
        self.collapsed = collapsed
        self.ids = ids
        self.roles = roles
        self.bases = bases
        self.operations = operations
        self.scopes = scopes
        self.isOutput = isOutput
        self.isFailure = isFailure
        self.arguments = arguments
        self.starts = starts
    }

    /// The places in ``arguments`` of what the node at `place` reads.
    func edges(of place: Int) -> Range<Int> { Int(starts[place])..<Int(starts[place + 1]) }

    func node(at place: Int) -> Node { trace[ids[place]] }

    /// What the operation at `place` reads, with the names of its arguments, in the order of ``edges(of:)``.
    func inputs(at place: Int) -> [Node.Input] { Self.inputs(of: node(at: place), in: trace, collapsed) }

    private static func inputs(of node: Node, in trace: Trace, _ collapsed: CollapsedScopes?) -> [Node.Input] {
        collapsed?.inputs(of: node, in: trace) ?? node.inputs
    }
}

/// The names in a trace as words. Most are those of the node before or of the same operation: they are compared, which is
/// cheaper than looking them up.
private struct TraceNames {
    private let operations: [Operation]
    private let scopes: [Scope]
    private var operationWords: [Lexicon.Word]
    private var scopeWords: [Lexicon.Word]
    private var last = (base: "", word: Lexicon.none)
    /// The stem of an argument's name by its number among the inputs.
    private var stems: [(name: String, word: Lexicon.Word)] = []

    init(_ trace: Trace) {
        operations = trace.operations
        scopes = trace.scopes
        operationWords = Array(repeating: Lexicon.none, count: operations.count)
        scopeWords = Array(repeating: Lexicon.none, count: scopes.count)
    }

    mutating func operation(of node: Node, in lexicon: inout Lexicon) -> Lexicon.Word {
        guard let index = node.operationIndex else { return Lexicon.none }
        if operationWords[index] == Lexicon.none {
            operationWords[index] = lexicon.number(of: operations[index].name)
        }
        return operationWords[index]
    }

    mutating func base(
        of node: Node, isVariable: Bool, _ operation: Lexicon.Word, in lexicon: inout Lexicon
    ) -> Lexicon.Word {
        if isVariable, let name = node.parameter?.name { return lexicon.number(of: name) }
        let base = node.base
        if operation != Lexicon.none, lexicon.words[Int(operation)] == base { return operation }
        if last.word == Lexicon.none || last.base != base { last = (base, lexicon.number(of: base)) }
        return last.word
    }

    mutating func stem(of name: String, _ number: Int, in lexicon: inout Lexicon) -> Lexicon.Word {
        if number < stems.count, stems[number].name == name { return stems[number].word }
        let word = lexicon.stem(of: name)
        if number < stems.count {
            stems[number] = (name, word)
        } else if number == stems.count, number < 8 {
            stems.append((name, word))
        }
        return word
    }

    /// The names of the composite operations around a node, outermost first.
    mutating func scope(of node: Node, in lexicon: inout Lexicon) -> Lexicon.Word {
        guard let index = node.scope else { return Lexicon.none }
        if scopeWords[index] == Lexicon.none {
            var path: [String] = []
            var next: Int? = index
            while let scope = next {
                path.append(scopes[scope].name)
                next = scopes[scope].parent
            }
            scopeWords[index] = lexicon.number(of: path.reversed().joined(separator: "/"))
        }
        return scopeWords[index]
    }
}
