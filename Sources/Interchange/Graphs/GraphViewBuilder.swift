import TraceGraph

/// Groups the nodes of a trace into the vertices of a drawing.
struct GraphViewBuilder {
    /// What nodes and composite operations are folded by: the same step at the same place of the workflow.
    private struct Key: Hashable {
        /// The group around it.
        var container: Int
        var isScope: Bool
        /// Name of the scope, or base of the node.
        var name: String
        /// The operation, whether it failed or not; below 0 for the kinds of roots, each parameter by itself.
        var operation: Int
    }

    /// Nodes, or whole composite operations, that may become one vertex.
    private struct Group {
        var key: Key
        /// First nodes of the items, in execution order.
        var items: [Int] = []
    }

    private let trace: Trace
    private let opened: Set<String>
    private let results: [NodeID?]
    /// By scope, the outermost scope that is closed around it; nil when all around it are open.
    private var closed: [Int?] = []
    /// By node, the item it belongs to: the first node of a closed scope, or itself.
    private var items: [Int] = []
    /// By the first node of a closed scope, that scope.
    private var scopes: [Int: Int] = [:]
    /// By item, its vertex.
    private var vertexOfItem: [Int: Int] = [:]
    private var members: [[NodeID]] = []
    private var counts: [Int] = []
    private var ids: [String] = []
    private var opens: [Bool] = []

    private(set) var view = GraphView.empty

    init(_ trace: Trace, opened: Set<String>) {
        self.trace = trace
        self.opened = opened
        results = trace.resultsOfScopes
    }

    private var opensAll: Bool { opened.contains("*") }

    // MARK: Grouping

    mutating func group() {
        closed = []
        for (index, scope) in trace.scopes.enumerated() {
            let outer = scope.parent.flatMap { closed[$0] }
            closed.append(outer ?? (opensAll || opened.contains("s\(index)") ? nil : index))
        }
        assignItems()
        var groups: [Group] = []
        var places: [Key: Int] = [:]
        for index in items.indices where items[index] == index {
            let key = key(ofItem: index)
            if let place = places[key] {
                groups[place].items.append(index)
            } else {
                places[key] = groups.count
                groups.append(Group(key: key, items: [index]))
            }
        }
        for group in groups { makeVertices(of: group) }
        sortVertices()
    }

    private mutating func assignItems() {
        var firstOfScope: [Int: Int] = [:]
        let ends = Dictionary(
            results.enumerated().compactMap { scope, node in node.map { ($0.index, scope) } },
            uniquingKeysWith: { first, _ in first })
        items = []
        items.reserveCapacity(trace.nodes.count)
        for node in trace.nodes {
            let index = node.id.index
            // The node that a closed composite operation ended with stands for its inside.
            var scope = node.scope.flatMap { closed[$0] }
            if scope == nil, let ended = ends[index], closed[ended] == ended { scope = ended }
            guard let scope else {
                items.append(index)
                continue
            }
            let first = firstOfScope[scope] ?? index
            firstOfScope[scope] = first
            scopes[first] = scope
            items.append(first)
        }
    }

    private func key(ofItem index: Int) -> Key {
        if let scope = scopes[index] {
            return Key(
                container: trace.scopes[scope].parent ?? -1, isScope: true, name: trace.scopes[scope].name,
                operation: -1)
        }
        let node = trace[NodeID(index)]
        return Key(
            container: node.scope ?? -1, isScope: false, name: node.base,
            operation: node.operationIndex ?? (node.kind == .parameter ? -10 - index : -2 - Int(node.kind.rawValue)))
    }

    private mutating func makeVertices(of group: Group) {
        let fold = "f\(group.items[0])"
        guard group.items.count >= GraphView.leastFold, !opensAll else {
            for item in group.items { add([item], id: id(ofItem: item), opens: scopes[item] != nil) }
            return
        }
        guard opened.contains(fold) else { return add(group.items, id: fold, opens: true) }
        // Those that failed first: they are what the fold is opened for.
        let failing = group.items.filter { fails($0) }.prefix(GraphView.mostOpened)
        let shown = Set(failing).union(group.items.prefix(GraphView.mostOpened - failing.count))
        for item in group.items where shown.contains(item) {
            add([item], id: id(ofItem: item), opens: scopes[item] != nil)
        }
        let rest = group.items.filter { !shown.contains($0) }
        if !rest.isEmpty { add(rest, id: fold, opens: false) }
    }

    private func fails(_ item: Int) -> Bool {
        if let scope = scopes[item], let result = results[scope] { return trace[result].kind == .failure }
        return trace[NodeID(item)].kind == .failure
    }

    private func id(ofItem item: Int) -> String { scopes[item].map { "s\($0)" } ?? "n\(item)" }

    private mutating func add(_ items: [Int], id: String, opens: Bool) {
        for item in items { vertexOfItem[item] = ids.count }
        ids.append(id)
        self.opens.append(opens)
        counts.append(items.count)
        members.append([])
    }

    /// Puts vertices in the order of their first nodes and gives each its nodes.
    private mutating func sortVertices() {
        let firsts = vertexOfItem.reduce(into: [Int](repeating: .max, count: ids.count)) { firsts, entry in
            firsts[entry.value] = min(firsts[entry.value], entry.key)
        }
        let order = ids.indices.sorted { firsts[$0] < firsts[$1] }
        var places = [Int](repeating: 0, count: order.count)
        for (place, vertex) in order.enumerated() { places[vertex] = place }
        vertexOfItem = vertexOfItem.mapValues { places[$0] }
        (ids, opens, counts) = (order.map { ids[$0] }, order.map { opens[$0] }, order.map { counts[$0] })
        view.places = items.map { vertexOfItem[$0] ?? 0 }
        for (index, place) in view.places.enumerated() { members[place].append(NodeID(index)) }
    }

    // MARK: Describing

    mutating func describe() {
        var usages = [Usage](repeating: .none, count: ids.count)
        for call in trace.calls { usages[view.places[call.node.index]] += call.usage }
        var said = [Int](repeating: 0, count: ids.count)
        for item in trace.feedback { said[view.places[item.output.index]] += 1 }
        for place in ids.indices {
            let nodes = members[place]
            let outer = nodes.filter { isOuter(trace[$0], in: nodes) }
            let shown = trace[outer.last ?? nodes[0]]
            let isNode = nodes.count == 1
            let shape: GraphView.Shape =
                switch (isNode ? trace[nodes[0]] : shown).kind {
                case .parameter: .parameter
                case .input, .constant: .value
                case .operation, .failure: .operation
                }
            view.vertices.append(
                GraphView.Vertex(
                    id: ids[place], title: isNode ? title(of: trace[nodes[0]]) : shown.base,
                    caption: caption(of: shown), excerpt: Amounts.text(of: shown.value).onOneLine(40), shape: shape,
                    members: nodes, count: counts[place], canOpen: opens[place],
                    failures: outer.count { trace[$0].kind == .failure }, change: nil, isOrigin: false,
                    duration: outer.reduce(0) { $0.addingUp(trace[$1].duration) }, usage: usages[place],
                    feedback: said[place], isLoop: false))
        }
    }

    /// Whether `node` is no part of the inside of a composite operation that the same vertex stands for.
    private func isOuter(_ node: Node, in nodes: [NodeID]) -> Bool {
        guard nodes.count > 1, let scope = node.scope, let around = closed[scope] else { return true }
        return results[around] == nil && around == scope
    }

    /// The first of a base is called by the base alone.
    private func title(of node: Node) -> String { node.ordinal == 0 ? node.base : node.name }

    private func caption(of node: Node) -> String {
        guard let operation = node.operation else { return node.kind.name }
        return node.kind == .failure ? "\(operation.name) failed" : operation.name
    }

    // MARK: Connecting

    mutating func connect() {
        var places: [Pair: Int] = [:]
        for node in trace.nodes {
            let to = view.places[node.id.index]
            // Made anew at each use: a node may have as many inputs as there are nodes.
            let inputs = node.inputs
            for input in inputs {
                let from = view.places[input.node.index]
                guard from != to else {
                    if view.vertices[to].count > 1 { view.vertices[to].isLoop = true }
                    continue
                }
                let pair = Pair(from: from, to: to)
                if let place = places[pair] {
                    view.edges[place].count += 1
                    guard view.edges[place].names.count < 3, !view.edges[place].names.contains(input.name) else {
                        continue
                    }
                    view.edges[place].names.append(input.name)
                } else {
                    places[pair] = view.edges.count
                    view.edges.append(
                        GraphView.Edge(from: from, to: to, names: [input.name], count: 1, isBack: from > to))
                }
            }
        }
    }

    private struct Pair: Hashable {
        var from: Int
        var to: Int
    }
}

extension GraphView {
    static let empty = GraphView()

    private init() {}
}
