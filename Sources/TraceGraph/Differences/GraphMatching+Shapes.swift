extension GraphMatching {
    /// Pairs nodes of the same shape.
    mutating func pairShapes() {
        let groups = ShapeGroups(first, second)
        // In order of first occurrence: whatever a shape is made from comes before it.
        for group in 0..<groups.count { pairSure(groups.first(group), groups.second(group)) }
        // What reads paired things is told apart better than what reads nothing, and often settles that, too.
        for group in 0..<groups.count {
            let mine = groups.first(group)
            if let node = mine.first, readsNodes(node) { pairLikely(mine, groups.second(group), by: Self.readingKeys) }
        }
        for group in 0..<groups.count {
            let mine = groups.first(group)
            pairLikely(mine, groups.second(group), by: keys(for: mine))
        }
    }

    private static let reading: KeyAspects = [.inputs, .givens, .constants]
    private static let operationKeys: [KeyAspects] = [
        [reading, .surroundings, .company, .value], [reading, .surroundings, .company],
        [reading, .context, .value], [reading, .context], [reading, .value], reading,
        [.inputs, .givens], .inputs, [],
    ]
    private static let readingKeys = operationKeys.filter { $0.contains(.inputs) }
    private static let rootKeys: [KeyAspects] = [
        [.surroundings, .company, .value], [.context, .value], .value, .context, [],
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
        let known = mine.map { seconds[$0] < 0 ? keyInFirst($0, aspects) : nil }
        for (node, key) in zip(mine, known) {
            guard let key else { continue }
            if places[key] == nil {
                places[key] = (node, -1, false)
            } else {
                places[key]?.isDoubtful = true
            }
        }
        for node in yours where firsts[node] < 0 {
            guard let key = keyInSecond(node, aspects), let known = places[key] else { continue }
            places[key] = (known.mine, node, known.isDoubtful || known.yours >= 0)
        }
        for (node, key) in zip(mine, known) {
            guard let found = key.flatMap({ places[$0] }), found.yours >= 0, !found.isDoubtful, seconds[node] < 0,
                firsts[found.yours] < 0
            else { continue }
            pairWithConsequences(node, found.yours)
        }
    }

    /// Pairs what is left of one shape: what is most alike first, in order where nothing tells nodes apart.
    private mutating func pairLikely(_ mine: ArraySlice<Int>, _ yours: ArraySlice<Int>, by keys: [KeyAspects]) {
        // What follows from one pair can stand against another that was found with it; then the rest is looked at anew.
        for _ in 0..<8 {
            guard mine.contains(where: { seconds[$0] < 0 }), yours.contains(where: { firsts[$0] < 0 }) else { return }
            let (myStart, yourStart) = (mine.startIndex, yours.startIndex)
            let known = mine.enumerated().compactMap { place, node in
                seconds[node] < 0 ? nil : Self.place(of: seconds[node], in: yours).map { (first: place, second: $0) }
            }
            var alignment = Alignment(mine.count, yours.count, paired: known)
            for aspects in keys {
                alignment.pair {
                    keyInFirst(mine[myStart + $0], aspects)
                } _: {
                    keyInSecond(yours[yourStart + $0], aspects)
                }
            }
            for pair in alignment.pairs {
                let (a, b) = (mine[myStart + pair.first], yours[yourStart + pair.second])
                if seconds[a] < 0, firsts[b] < 0 { pairWithConsequences(a, b) }
            }
        }
    }

    /// Whether `node` of the first graph reads anything but literals.
    private func readsNodes(_ node: Int) -> Bool {
        first.edges(of: node).contains { !first.isLiteral[first.parents[$0]] }
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
    /// argument, and what reads them where no other unpaired reader is alike.
    private mutating func pairWithConsequences(_ a: Int, _ b: Int) {
        pair(a, b)
        var open = [(a, b)]
        while let (x, y) = open.popLast() {
            for (mine, yours) in onlyReaders(of: x, y) { follow(mine, yours, &open) }
            for (mine, yours) in zip(first.edges(of: x), second.edges(of: y)) {
                let (p, q) = (first.parents[mine], second.parents[yours])
                follow(p, q, &open)
                // One reader less to choose from. What is read everywhere would be asked for ever.
                guard seconds[p] == q, first.outgoing(from: p).count <= 8 else { continue }
                for (mine, yours) in onlyReaders(of: p, q) { follow(mine, yours, &open) }
            }
        }
    }

    private mutating func follow(_ a: Int, _ b: Int, _ open: inout [(Int, Int)]) {
        guard seconds[a] < 0, firsts[b] < 0, !first.isLiteral[a], !second.isLiteral[b],
            first.shapes[a] == second.shapes[b], first.contexts[a] == second.contexts[b], canRead(a, b)
        else { return }
        pair(a, b)
        open.append((a, b))
    }

    /// Whether no input of `a` is known to be another than that of `b`.
    private func canRead(_ a: Int, _ b: Int) -> Bool {
        zip(first.edges(of: a), second.edges(of: b)).allSatisfy { mine, yours in
            let (x, y) = (first.parents[mine], second.parents[yours])
            return seconds[x] == y || (seconds[x] < 0 && firsts[y] < 0)
        }
    }

    /// The readers of `x` and of `y` without partners that are alone, on either side, in being what they are.
    private func onlyReaders(of x: Int, _ y: Int) -> [(Int, Int)] {
        let mine = first.outgoing(from: x).filter { seconds[first.readers[$0]] < 0 }
        let yours = second.outgoing(from: y).filter { firsts[second.readers[$0]] < 0 }
        guard let a = mine.first, let b = yours.first else { return [] }
        if mine.count == 1, yours.count == 1 {
            return first.arguments[a] == second.arguments[b] ? [(first.readers[a], second.readers[b])] : []
        }
        let myKeys = mine.map { readingKey($0, in: first) }
        let yourKeys = yours.map { readingKey($0, in: second) }
        if mine.count <= 8, yours.count <= 8 {
            return zip(mine, myKeys).compactMap { edge, key in
                guard myKeys.count(where: { $0 == key }) == 1, let place = yourKeys.firstIndex(of: key),
                    yourKeys.lastIndex(of: key) == place
                else { return nil }
                return (first.readers[edge], second.readers[yours[place]])
            }
        }
        var counts: [Int: (mine: Int, yours: Int, reader: Int)] = [:]
        for key in myKeys { counts[key, default: (0, 0, 0)].mine += 1 }
        for (edge, key) in zip(yours, yourKeys) {
            guard var known = counts[key] else { continue }
            known.yours += 1
            known.reader = second.readers[edge]
            counts[key] = known
        }
        return zip(mine, myKeys).compactMap { edge, key in
            guard let known = counts[key], known.mine == 1, known.yours == 1 else { return nil }
            return (first.readers[edge], known.reader)
        }
    }

    /// What the reader at the end of an edge is, and as what it reads.
    private func readingKey(_ edge: Int, in graph: ComparedGraph) -> Int {
        let reader = graph.readers[edge]
        return ComparedGraph.hash(graph.arguments[edge], graph.shapes[reader], graph.contexts[reader])
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
