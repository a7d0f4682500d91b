/// Tells what differs between two traces whose nodes are matched, and which differences follow from others.
struct ChangeFinder {
    private let first: Trace
    private let second: Trace
    private let matching: GraphMatching
    /// By node: the change that what reads it has to follow; -1 when there is none.
    private var changesInFirst: [Int]
    private var changesInSecond: [Int]
    private var found: [(sides: GraphDiff.Change.Sides, aspects: GraphDiff.Aspects, isAccompanying: Bool)] = []

    init(_ first: Trace, _ second: Trace, _ matching: GraphMatching) {
        self.first = first
        self.second = second
        self.matching = matching
        changesInFirst = matching.seconds.map { _ in -1 }
        changesInSecond = matching.firsts.map { _ in -1 }
        find()
    }

    /// The changes: those of parameters first, then all in execution order, what was removed after what it came after.
    func changes() -> [GraphDiff.Change] {
        let origins = origins()
        let all = found.indices.map { index in
            GraphDiff.Change(sides: found[index].sides, aspects: found[index].aspects, isOrigin: origins[index])
        }
        let isParameter = found.map { change in
            switch change.sides {
            case .removed(let id): first[id].kind == .parameter
            case .added(let id): second[id].kind == .parameter
            case .changed(let a, let b): first[a].kind == .parameter || second[b].kind == .parameter
            }
        }
        return all.indices.filter { isParameter[$0] }.map { all[$0] }
            + all.indices.filter { !isParameter[$0] }.map { all[$0] }
    }

    // MARK: Finding

    private mutating func find() {
        let comesAlong = Self.accompanying(in: first, counterparts: matching.seconds)
        let goesAlong = Self.accompanying(in: second, counterparts: matching.firsts)
        // What was removed goes behind the counterparts of all nodes that stood before it.
        var removed: [Int: [NodeID]] = [:]
        var last = -1
        for (place, partner) in matching.seconds.enumerated() {
            if partner >= 0 { last = max(last, partner) } else { removed[last, default: []].append(NodeID(place)) }
        }
        func addRemoved(after place: Int) {
            for id in removed[place] ?? [] {
                if !comesAlong[id.index] { changesInFirst[id.index] = found.count }
                found.append((.removed(id), [], comesAlong[id.index]))
            }
        }
        addRemoved(after: -1)
        for node in second.nodes {
            let place = node.id.index
            let partner = matching.firsts[place]
            if partner < 0 {
                if !goesAlong[place] { changesInSecond[place] = found.count }
                found.append((.added(node.id), [], goesAlong[place]))
            } else {
                let aspects = compare(first[NodeID(partner)], node)
                if aspects.contains(.value) {
                    changesInFirst[partner] = found.count
                    changesInSecond[place] = found.count
                }
                if !aspects.isEmpty {
                    found.append((.changed(before: NodeID(partner), after: node.id), aspects, false))
                }
            }
            addRemoved(after: place)
        }
    }

    private func compare(_ a: Node, _ b: Node) -> GraphDiff.Aspects {
        var aspects: GraphDiff.Aspects = []
        if !a.value.isSame(as: b.value) { aspects.insert(.value) }
        if a.operation?.name != b.operation?.name { aspects.insert(.operation) }
        if a.kind != b.kind { aspects.insert(.kind) }
        if a.base != b.base { aspects.insert(.name) }
        if !Self.isDefinedAlike(a.parameter, b.parameter) { aspects.insert(.definition) }
        let (mine, yours) = (a.inputs, b.inputs)
        let readsTheSame =
            mine.count == yours.count
            && zip(mine, yours).allSatisfy { $0.name == $1.name && matching.seconds[$0.node.index] == $1.node.index }
        if !readsTheSame { aspects.insert(.inputs) }
        return aspects
    }

    private static func isDefinedAlike(_ a: ParameterDefinition?, _ b: ParameterDefinition?) -> Bool {
        guard var a, let b else { return a == nil && b == nil }
        // Where it started is not what it is, and the values are compared anyway.
        a.initial = b.initial
        return a == b
    }

    /// Which roots came or went with what reads them: they have no counterpart, and neither has any of their readers.
    private static func accompanying(in trace: Trace, counterparts: [Int]) -> [Bool] {
        var isRead = counterparts.map { _ in false }
        var isReadByMatched = isRead
        for node in trace.nodes {
            for input in node.inputs {
                isRead[input.node.index] = true
                if counterparts[node.id.index] >= 0 { isReadByMatched[input.node.index] = true }
            }
        }
        return trace.nodes.map { node in
            let place = node.id.index
            return counterparts[place] < 0 && (node.kind == .input || node.kind == .constant) && isRead[place]
                && !isReadByMatched[place]
        }
    }

    // MARK: Origins

    /// Whether each change is an origin: nothing it reads, on either side, has changed.
    ///
    /// Where steps changed places, each can read what the other one changed; then the first of them is taken for the
    /// origin, so that all changes follow from origins.
    private func origins() -> [Bool] {
        var causes: [Int] = []
        var starts = [0]
        for change in found {
            if !change.isAccompanying {
                if let id = change.sides.before { causes += self.causes(of: first[id], changesInFirst) }
                if let id = change.sides.after { causes += self.causes(of: second[id], changesInSecond) }
            }
            starts.append(causes.count)
        }
        var isOrigin = found.indices.map { !found[$0].isAccompanying && starts[$0] == starts[$0 + 1] }
        var isReached = found.indices.map { isOrigin[$0] || found[$0].isAccompanying }
        func followsNow(_ change: Int) -> Bool {
            causes[starts[change]..<starts[change + 1]].contains { isReached[$0] }
        }
        for change in found.indices where !isReached[change] { isReached[change] = followsNow(change) }
        guard isReached.contains(false) else { return isOrigin }

        var followers: [Int: [Int]] = [:]
        for change in found.indices where !isReached[change] {
            for cause in causes[starts[change]..<starts[change + 1]] { followers[cause, default: []].append(change) }
        }
        func reach(_ change: Int) {
            var open = [change]
            isReached[change] = true
            while let next = open.popLast() {
                for follower in followers[next] ?? [] where !isReached[follower] {
                    isReached[follower] = true
                    open.append(follower)
                }
            }
        }
        for change in found.indices where !isReached[change] && followsNow(change) { reach(change) }
        for change in found.indices where !isReached[change] {
            isOrigin[change] = true
            reach(change)
        }
        return isOrigin
    }

    private func causes(of node: Node, _ changes: [Int]) -> [Int] {
        node.inputs.compactMap { changes[$0.node.index] < 0 ? nil : changes[$0.node.index] }
    }
}
