extension GraphMatching {
    /// Pairs nodes of the same shape.
    mutating func pairShapes() {
        let groups = ShapeGroups(first, second)
        // In order of first occurrence: whatever a shape is made from comes before it.
        for group in 0..<groups.count { pairSure(groups.first(group), groups.second(group)) }
        for group in 0..<groups.count { pairLikely(groups.first(group), groups.second(group)) }
    }

    private static let operationKeys: [KeyAspects] = [
        [.inputs, .literals, .surroundings, .value], [.inputs, .literals, .context, .value],
        [.inputs, .literals, .context], [.inputs, .literals, .value], [.inputs, .literals], [.inputs], [],
    ]
    private static let rootKeys: [KeyAspects] = [
        [.surroundings, .value], [.context, .value], [.value], [.context], [],
    ]

    private func keys(for nodes: ArraySlice<Int>) -> [KeyAspects] {
        nodes.first.map { first.kinds[$0].isMade } ?? false ? Self.operationKeys : Self.rootKeys
    }

    /// Pairs the nodes that are alone, on either side, in reading what they read, being what they are, and being read
    /// as they are.
    private mutating func pairSure(_ mine: ArraySlice<Int>, _ yours: ArraySlice<Int>) {
        if mine.count == 1, yours.count == 1, let a = mine.first, let b = yours.first {
            if seconds[a] < 0, firsts[b] < 0 { pairWithConsequences(a, b) }
            return
        }
        guard !yours.isEmpty, let aspects = keys(for: mine).first else { return }
        var places: [Int: (mine: Int, yours: Int, isDoubtful: Bool)] = [:]
        for node in mine where seconds[node] < 0 {
            guard isPlaced(node), let key = key(of: node, in: first, aspects, name: { $0 }) else { continue }
            if places[key] == nil {
                places[key] = (node, -1, false)
            } else {
                places[key]?.isDoubtful = true
            }
        }
        for node in yours where firsts[node] < 0 {
            guard let key = key(of: node, in: second, aspects, name: { firsts[$0] }), let known = places[key] else {
                continue
            }
            places[key] = (known.mine, node, known.isDoubtful || known.yours >= 0)
        }
        for node in mine where seconds[node] < 0 {
            guard let key = key(of: node, in: first, aspects, name: { $0 }), let found = places[key],
                found.mine == node, found.yours >= 0, !found.isDoubtful, firsts[found.yours] < 0
            else { continue }
            pairWithConsequences(node, found.yours)
        }
    }

    /// Whether everything that `node` of the first graph reads has a partner.
    private func isPlaced(_ node: Int) -> Bool {
        first.edges(of: node).allSatisfy { edge in
            let parent = first.parents[edge]
            return first.isLiteral[parent] || seconds[parent] >= 0
        }
    }

    /// Pairs what is left of one shape: what is most alike first, in order where nothing tells nodes apart.
    private mutating func pairLikely(_ mine: ArraySlice<Int>, _ yours: ArraySlice<Int>) {
        // What follows from one pair can stand against another that was found with it; then the rest is looked at anew.
        for _ in 0..<8 {
            guard mine.contains(where: { seconds[$0] < 0 }), yours.contains(where: { firsts[$0] < 0 }) else { return }
            let (myStart, yourStart) = (mine.startIndex, yours.startIndex)
            let known = mine.enumerated().compactMap { place, node in
                seconds[node] < 0 ? nil : Self.place(of: seconds[node], in: yours).map { (first: place, second: $0) }
            }
            var alignment = Alignment(mine.count, yours.count, paired: known)
            for aspects in keys(for: mine) {
                alignment.pair {
                    let node = mine[myStart + $0]
                    return isPlaced(node) || !aspects.contains(.inputs) ? key(of: node, in: first, aspects) { $0 } : nil
                } _: {
                    key(of: yours[yourStart + $0], in: second, aspects) { firsts[$0] }
                }
            }
            for pair in alignment.pairs {
                let (a, b) = (mine[myStart + pair.first], yours[yourStart + pair.second])
                if seconds[a] < 0, firsts[b] < 0 { pairWithConsequences(a, b) }
            }
        }
    }

    private static func place(of node: Int, in nodes: ArraySlice<Int>) -> Int? {
        var (low, high) = (nodes.startIndex, nodes.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if nodes[middle] < node { low = middle + 1 } else { high = middle }
        }
        return low < nodes.endIndex && nodes[low] == node ? low - nodes.startIndex : nil
    }

    // MARK: Consequences

    /// Pairs two nodes of equal shape and all that can then be paired in one way only: what they read, argument by
    /// argument, and what reads them where no other reader is alike.
    private mutating func pairWithConsequences(_ a: Int, _ b: Int) {
        pair(a, b)
        var open = [(a, b)]
        while let (x, y) = open.popLast() {
            for (mine, yours) in zip(first.edges(of: x), second.edges(of: y)) {
                follow(first.parents[mine], second.parents[yours], &open)
            }
            for (mine, yours) in onlyReaders(of: x, y) { follow(mine, yours, &open) }
        }
    }

    private mutating func follow(_ a: Int, _ b: Int, _ open: inout [(Int, Int)]) {
        guard seconds[a] < 0, firsts[b] < 0, !first.isLiteral[a], !second.isLiteral[b],
            first.shapes[a] == second.shapes[b], first.contexts[a] == second.contexts[b]
        else { return }
        pair(a, b)
        open.append((a, b))
    }

    /// The readers of `x` and of `y` that are alone, on either side, in being what they are.
    private func onlyReaders(of x: Int, _ y: Int) -> [(Int, Int)] {
        let (mine, yours) = (first.outgoing(from: x), second.outgoing(from: y))
        if mine.count == 1, yours.count == 1, let a = mine.first, let b = yours.first {
            return first.arguments[a] == second.arguments[b] ? [(first.readers[a], second.readers[b])] : []
        }
        guard !mine.isEmpty, !yours.isEmpty else { return [] }
        var counts: [Int: (mine: Int, yours: Int, reader: Int)] = [:]
        func key(_ edge: Int, _ graph: ComparedGraph) -> Int {
            let reader = graph.readers[edge]
            return ComparedGraph.hash(graph.arguments[edge], graph.shapes[reader], graph.contexts[reader])
        }
        for edge in mine { counts[key(edge, first), default: (0, 0, 0)].mine += 1 }
        for edge in yours {
            guard var known = counts[key(edge, second)] else { continue }
            known.yours += 1
            known.reader = second.readers[edge]
            counts[key(edge, second)] = known
        }
        return mine.compactMap { edge in
            guard let known = counts[key(edge, first)], known.mine == 1, known.yours == 1 else { return nil }
            return (first.readers[edge], known.reader)
        }
    }
}

/// The nodes of two graphs by shape, literals left out; only shapes that the first graph has.
private struct ShapeGroups {
    let count: Int
    private let firstStarts: [Int]
    private let firstMembers: [Int]
    private let secondStarts: [Int]
    private let secondMembers: [Int]

    init(_ first: ComparedGraph, _ second: ComparedGraph) {
        var numbers: [Int: Int] = [:]
        var mine = [Int](repeating: -1, count: first.count)
        for node in mine.indices where !first.isLiteral[node] {
            let number = numbers[first.shapes[node]] ?? numbers.count
            numbers[first.shapes[node]] = number
            mine[node] = number
        }
        let yours = (0..<second.count).map { second.isLiteral[$0] ? -1 : numbers[second.shapes[$0]] ?? -1 }
        count = numbers.count
        (firstStarts, firstMembers) = Self.sorted(mine, count)
        (secondStarts, secondMembers) = Self.sorted(yours, count)
    }

    func first(_ group: Int) -> ArraySlice<Int> { firstMembers[firstStarts[group]..<firstStarts[group + 1]] }
    func second(_ group: Int) -> ArraySlice<Int> { secondMembers[secondStarts[group]..<secondStarts[group + 1]] }

    /// The places of `groups` sorted by group, and where each group begins.
    private static func sorted(_ groups: [Int], _ count: Int) -> (starts: [Int], members: [Int]) {
        var starts = [Int](repeating: 0, count: count + 1)
        for group in groups where group >= 0 { starts[group + 1] += 1 }
        for group in 0..<count { starts[group + 1] += starts[group] }
        var ends = starts
        var members = [Int](repeating: 0, count: starts[count])
        for (node, group) in groups.enumerated() where group >= 0 {
            members[ends[group]] = node
            ends[group] += 1
        }
        return (starts, members)
    }
}
