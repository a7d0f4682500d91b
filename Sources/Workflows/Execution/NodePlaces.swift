import TraceGraph

/// Where the nodes of a trace with composite operations belong, however these overlapped.
///
/// A node's place is that of the composite operations around it, from the outside in, and then its own. Of two composite
/// operations of one name the one that was opened first comes first.
struct NodePlaces {
    /// By node.
    let ranks: [Int]

    /// - Parameter ranks: Where nodes and composite operations belong, by name.
    /// - Complexity: O(n log n) comparisons of paths as long as the operations are deep.
    init(of trace: Trace, ranks: [String: Int]) {
        var around: [[Int]] = []
        for (place, scope) in trace.scopes.enumerated() {
            let outer = scope.parent.map { around[$0] } ?? []
            around.append(outer + [ranks[scope.name] ?? Int.max, place])
        }
        let paths = trace.nodes.map { node in
            (node.scope.map { around[$0] } ?? []) + [ranks[node.base] ?? Int.max]
        }
        let order = paths.indices.sorted { paths[$0].lexicographicallyPrecedes(paths[$1]) }
        var ranked = [Int](repeating: 0, count: paths.count)
        var rank = 0
        for (position, index) in order.enumerated() {
            if position > 0, paths[order[position - 1]] != paths[index] { rank += 1 }
            ranked[index] = rank
        }
        self.ranks = ranked
    }
}
