extension Trace {
    /// How this trace's graph sorts against `other`'s: negative before it, positive after it, 0 when the graphs are equal.
    ///
    /// An arbitrary but total order, so that two graphs can be taken in the same order whichever comes first.
    ///
    /// - Complexity: O(nodes + edges) up to the first difference.
    func order(against other: Trace) -> Int {
        for (mine, yours) in zip(nodes, other.nodes) {
            let order = Self.order(mine, yours)
            if order != 0 { return order }
        }
        return Self.order(nodes.count, other.nodes.count)
    }

    private static func order(_ a: Node, _ b: Node) -> Int {
        if let order = first(
            order(Int(a.kind.rawValue), Int(b.kind.rawValue)), order(a.base, b.base),
            order(a.operation?.name ?? "", b.operation?.name ?? ""))
        {
            return order
        }
        if !a.value.isSame(as: b.value) {
            let order = first(
                order(a.value.kindName, b.value.kindName), order(a.value.canonicalJSON, b.value.canonicalJSON))
            if let order { return order }
        }
        let (mine, yours) = (a.inputs, b.inputs)
        for (input, other) in zip(mine, yours) {
            if let order = first(order(input.name, other.name), order(input.node, other.node)) { return order }
        }
        return order(mine.count, yours.count)
    }

    private static func first(_ orders: Int...) -> Int? { orders.first { $0 != 0 } }

    private static func order<Content: Comparable>(_ a: Content, _ b: Content) -> Int { a < b ? -1 : a > b ? 1 : 0 }
}

extension Value {
    /// Equality by what is kept: not-a-number is the same as itself.
    func isSame(as other: Value) -> Bool {
        switch (self, other) {
        case (.number(let a), .number(let b)): a == b || (a.isNaN && b.isNaN)
        case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
        case (.object(let a), .object(let b)):
            a.count == b.count && a.allSatisfy { name, value in b[name].map { value.isSame(as: $0) } ?? false }
        default: self == other
        }
    }
}
