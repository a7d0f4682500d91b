import TraceGraph

extension GraphView {
    /// Marks what `diff` says of the nodes of `trace`, which is the trace after, and adds those that are gone.
    mutating func mark(_ trace: Trace, _ diff: GraphDiff) {
        var gone: [(node: NodeID, isOrigin: Bool)] = []
        for change in diff.changes {
            switch change.sides {
            case .added(let id): note(.added, at: places[id.index], change.isOrigin)
            case .changed(_, let id): note(.changed, at: places[id.index], change.isOrigin)
            case .removed(let id): gone.append((id, change.isOrigin))
            }
        }
        addRemoved(gone, of: diff)
    }

    private mutating func note(_ change: Change, at place: Int, _ isOrigin: Bool) {
        let old = vertices[place].change
        // A fold of which some members are new and some differ has changed.
        vertices[place].change = old == nil || old == change ? change : .changed
        vertices[place].isOrigin = vertices[place].isOrigin || isOrigin
    }

    /// What only the trace before has, folded by what it is when there is much of it.
    private mutating func addRemoved(_ gone: [(node: NodeID, isOrigin: Bool)], of diff: GraphDiff) {
        let before = diff.before
        var byName: [String: [(node: NodeID, isOrigin: Bool)]] = [:]
        for item in gone { byName[before[item.node].base, default: []].append(item) }
        var placeOf: [NodeID: Int] = [:]
        for (_, items) in byName.sorted(by: { $0.value[0].node < $1.value[0].node }) {
            let groups = items.count >= Self.leastFold ? [items] : items.map { [$0] }
            for group in groups {
                let node = before[group[0].node]
                for item in group { placeOf[item.node] = vertices.count }
                vertices.append(
                    Vertex(
                        id: "r\(node.id.index)", title: group.count == 1 ? node.name : node.base,
                        caption: node.operation?.name ?? node.kind.name,
                        excerpt: Amounts.text(of: node.value).onOneLine(40),
                        shape: node.kind == .parameter ? .parameter : node.operation == nil ? .value : .operation,
                        members: group.map(\.node), count: group.count, canOpen: false,
                        failures: group.count { before[$0.node].kind == .failure }, change: .removed,
                        isOrigin: group.contains(where: \.isOrigin), duration: 0, usage: .none, feedback: 0,
                        isLoop: false))
            }
        }
        var known: Set<[Int]> = []
        func add(_ from: Int, _ to: Int, _ name: String) {
            guard from != to, known.insert([from, to]).inserted else { return }
            edges.append(Edge(from: from, to: to, names: [name], count: 1, isBack: false))
        }
        for (node, place) in placeOf.sorted(by: { $0.key < $1.key }) {
            for input in before[node].inputs {
                let from = placeOf[input.node] ?? diff.counterpart(ofBefore: input.node).map { places[$0.index] }
                if let from { add(from, place, input.name) }
            }
        }
    }
}
