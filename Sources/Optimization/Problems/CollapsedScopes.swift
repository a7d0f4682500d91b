import TraceGraph

/// Which composite operations of a trace are shown as one operation, and what that one reads.
///
/// A composite operation is collapsed when nothing is lost by it: it ended, nothing failed in it, no output with feedback
/// lies in it, and what follows reads nothing of it but its result. Then it reads what was given to it and everything
/// its inner operations read from outside, the variables above all.
struct CollapsedScopes {
    /// By node index: the node that stands for it, for nodes inside a collapsed scope.
    private var hosts: [NodeID?]
    /// What the inner operations read from outside, by the node that stands for them.
    private var outerReads: [NodeID: [NodeID]] = [:]

    func hides(_ index: Int) -> Bool { hosts[index] != nil }

    /// - Complexity: O((nodes + edges of the subgraph) × depth of the scopes).
    init(of trace: Trace, roles: [SeenGraph.Role], isOutput: [Bool]) {
        hosts = Array(repeating: nil, count: roles.count)
        let tree = ScopeTree(trace.scopes)
        let shown = roles.indices.filter { roles[$0] == .operation || roles[$0] == .root }.map(NodeID.init)
        let operations = shown.filter { roles[$0.index] == .operation }

        let results = Self.results(of: trace.scopes, in: trace, among: operations)
        var isClosed = results.map { $0 != nil }
        for id in shown where isOutput[id.index] || trace[id].kind == .failure {
            tree.visit(from: trace[id].scope) { isClosed[$0] = false }
        }
        for id in operations {
            let node = trace[id]
            for input in node.inputs where roles[input.node.index] != .variable {
                let source = trace[input.node].scope
                guard source != node.scope else { continue }
                tree.visit(from: source) { scope in
                    if results[scope] != id, !tree.contains(node.scope, in: scope) { isClosed[scope] = false }
                }
            }
        }
        let outermost = trace.scopes.indices.map { scope in
            var outermost: Int?
            tree.visit(from: scope) { if isClosed[$0] { outermost = $0 } }
            return outermost
        }
        for id in shown {
            if let scope = trace[id].scope, let host = outermost[scope] { hosts[id.index] = results[host] }
        }
        var known: Set<Read> = []
        for id in operations {
            guard let host = hosts[id.index] else { continue }
            for input in trace[id].inputs where hosts[input.node.index] != host {
                guard known.insert(Read(host: host, node: input.node)).inserted else { continue }
                outerReads[host, default: []].append(input.node)
            }
        }
    }

    private struct Read: Hashable {
        let host: NodeID
        let node: NodeID
    }

    /// What `node` reads when it stands for the operations inside it; nil when it stands for none.
    ///
    /// What was not given to it has the name it bears outside: inside, several operations may call it differently.
    func inputs(of node: Node, in trace: Trace) -> [Node.Input]? {
        guard let outer = outerReads[node.id] else { return nil }
        let given = node.inputs.filter { hosts[$0.node.index] != node.id }
        let known = Set(given.map(\.node))
        return given
            + outer.filter { !known.contains($0) }.map { Node.Input(name: trace[$0].base, node: $0) }
    }

    /// By scope, the node that holds its result.
    private static func results(of scopes: [Scope], in trace: Trace, among operations: [NodeID]) -> [NodeID?] {
        var results = [NodeID?](repeating: nil, count: scopes.count)
        for id in operations {
            let node = trace[id]
            guard let result = node.inputs.last, result.name == "result", let scope = trace[result.node].scope,
                scopes[scope].parent == node.scope, scopes[scope].name == node.operation?.name
            else { continue }
            results[scope] = id
        }
        return results
    }
}

/// Which composite operation lies in which.
private struct ScopeTree {
    private let parents: [Int?]

    init(_ scopes: [Scope]) { parents = scopes.map(\.parent) }

    /// `scope` and all around it, from the inside out.
    func visit(from scope: Int?, _ body: (Int) -> Void) {
        var next = scope
        while let scope = next {
            body(scope)
            next = parents[scope]
        }
    }

    func contains(_ inner: Int?, in outer: Int) -> Bool {
        var next = inner
        while let scope = next {
            if scope == outer { return true }
            next = parents[scope]
        }
        return false
    }
}
