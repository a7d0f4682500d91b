/// The loops among shapes: shapes that read each other, so that one operation's turns depend on its earlier turns.
struct ShapeLoops {
    typealias Shape = ShapeTable.Shape

    /// By shape: the number of its loop; -1 for none.
    private(set) var loops: [Int32]
    /// The arguments through which a shape reads its own loop, packed with the shape.
    private var carried: Set<UInt64> = []
    private var last: UInt64 = .max

    /// How many shapes of one loop are tried for what comes before it; more would only differ in how often they occur.
    private static let mostCandidates = 4

    static func pair(_ a: Int32, _ b: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))
    }

    /// - Parameter reads: Pairs of a shape and one that it reads, in any order, repeats allowed.
    /// - Complexity: O(n log n) in the number of pairs.
    init(shapes count: Int, reads: [UInt64]) {
        loops = Array(repeating: -1, count: count)
        let sorted = reads.sorted()
        var starts = [Int](repeating: 0, count: count + 1)
        var targets: [Int32] = []
        targets.reserveCapacity(sorted.count)
        var readsItself = [Bool](repeating: false, count: count)
        for (index, pair) in sorted.enumerated() where index == 0 || sorted[index - 1] != pair {
            let shape = Int(pair >> 32)
            let target = Int32(truncatingIfNeeded: pair)
            targets.append(target)
            starts[shape + 1] += 1
            if Int(target) == shape { readsItself[shape] = true }
        }
        for shape in 0..<count { starts[shape + 1] += starts[shape] }
        find(starts, targets, readsItself)
    }

    func isInLoop(_ shape: Shape) -> Bool { loops[Int(shape)] >= 0 }

    /// Notes that an operation of `shape`, which is in a loop, reads `source` in its argument `slot`.
    mutating func note(_ shape: Shape, slot: Int32, reads source: Shape) {
        guard source != ShapeTable.none, loops[Int(source)] == loops[Int(shape)] else { return }
        let pair = Self.pair(shape, slot)
        if pair != last { carried.insert(pair) }
        last = pair
    }

    /// Strongly connected components by Tarjan's algorithm without recursion; those of one shape only where it reads
    /// itself.
    private mutating func find(_ starts: [Int], _ targets: [Int32], _ readsItself: [Bool]) {
        let count = loops.count
        var order = [Int32](repeating: -1, count: count)
        var low = [Int32](repeating: 0, count: count)
        var isOpen = [Bool](repeating: false, count: count)
        var open: [Int] = []
        var path: [(shape: Int, edge: Int)] = []
        var next: Int32 = 0
        var loop: Int32 = 0
        for root in 0..<count where order[root] < 0 {
            path.append((root, starts[root]))
            while let (shape, edge) = path.last {
                if order[shape] < 0 {
                    order[shape] = next
                    low[shape] = next
                    next += 1
                    open.append(shape)
                    isOpen[shape] = true
                }
                if edge < starts[shape + 1] {
                    path[path.count - 1].edge += 1
                    let target = Int(targets[edge])
                    if order[target] < 0 {
                        path.append((target, starts[target]))
                    } else if isOpen[target] {
                        low[shape] = min(low[shape], order[target])
                    }
                    continue
                }
                path.removeLast()
                if let parent = path.last?.shape { low[parent] = min(low[parent], low[shape]) }
                guard low[shape] == order[shape] else { continue }
                let isLoop = open.last != shape || readsItself[shape]
                while let member = open.popLast() {
                    isOpen[member] = false
                    if isLoop { loops[member] = loop }
                    if member == shape { break }
                }
                if isLoop { loop += 1 }
            }
        }
    }

    // MARK: What comes before a loop

    /// By shape: itself, or the shape in a loop whose first turn it is: one that differs only in arguments through which
    /// the loop reads itself.
    ///
    /// - Parameters:
    ///   - keys: What the shapes are: after `header` numbers three for each argument, its name first.
    func joined(_ keys: ShapeKeys, header: Int) -> [Shape] {
        /// All that must be equal, and no more.
        func signature(_ shape: Shape) -> [Int32] {
            let key = keys[shape]
            let arguments = key.dropFirst(header)
            return Array(key.prefix(header))
                + stride(from: arguments.startIndex, to: arguments.endIndex, by: 3).map { arguments[$0] }
        }
        var candidates: [[Int32]: [Shape]] = [:]
        for shape in loops.indices where loops[shape] >= 0 {
            candidates[signature(Shape(shape)), default: []].append(Shape(shape))
        }
        // A shape in which more arguments come from the loop is nearer to its middle.
        for (signature, shapes) in candidates where shapes.count > 1 {
            let breadth = shapes.map { shape in
                (0..<(signature.count - header)).count { carried.contains(Self.pair(shape, Int32($0))) }
            }
            let order = shapes.indices.sorted { (-breadth[$0], $0) < (-breadth[$1], $1) }
            candidates[signature] = order.prefix(Self.mostCandidates).map { shapes[$0] }
        }
        let operations = Set(candidates.keys.map { $0[0] })
        var joined = loops.indices.map { Shape($0) }
        for shape in joined where keys[shape].first.map(operations.contains) ?? false {
            guard let shapes = candidates[signature(shape)] else { continue }
            if let turn = shapes.first(where: { isFirstTurn(shape, of: $0, keys, header) }) {
                joined[Int(shape)] = turn
            }
        }
        for shape in joined.indices {
            while joined[Int(joined[shape])] != joined[shape] { joined[shape] = joined[Int(joined[shape])] }
        }
        return joined
    }

    private func isFirstTurn(_ shape: Shape, of turn: Shape, _ keys: ShapeKeys, _ header: Int) -> Bool {
        let (first, later) = (Array(keys[shape]), Array(keys[turn]))
        guard shape != turn, first.count == later.count else { return false }
        for slot in 0..<((first.count - header) / 3) {
            let start = header + 3 * slot
            if first[start + 1] == later[start + 1], first[start + 2] == later[start + 2] { continue }
            guard carried.contains(Self.pair(turn, Int32(slot))), !carried.contains(Self.pair(shape, Int32(slot)))
            else { return false }
        }
        return true
    }
}
