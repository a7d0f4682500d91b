/// Places at which two sequences of keys agree, in the same order on both sides.
///
/// Common beginnings and ends are taken off; what is left is anchored on keys that occur once on either side, the
/// longest run of such anchors that keeps the order (patience sorting), and the stretches between them are treated the
/// same way. A short stretch is solved exactly, a long one without anchors pairs the occurrences of a key one by one.
///
/// - Complexity: O(n log n) for `n` keys on both sides together.
struct CommonSubsequence {
    /// Ascending on both sides.
    private(set) var pairs: [(first: Int, second: Int)] = []

    private let first: [Int]
    private let second: [Int]

    private struct Stretch {
        var first: Range<Int>
        var second: Range<Int>
        var depth = 0

        var isEmpty: Bool { first.isEmpty || second.isEmpty }
        /// What solving it exactly takes: nothing beyond a constant times its length, and never much memory.
        var isShort: Bool {
            let cells = first.count * second.count
            return cells <= 128 * (first.count + second.count) && cells <= 1 << 20
        }
    }

    /// Anchors inside anchors inside anchors: nobody writes that, and without a limit it could take forever.
    private static let deepest = 24

    init(_ first: [Int], _ second: [Int]) {
        self.first = first
        self.second = second
        let rest = trimmed(Stretch(first: first.indices, second: second.indices))
        if !rest.isEmpty { addPairs(of: rest) }
        pairs.sort { $0.first < $1.first }
    }

    /// What is on one side only is left out before anything is compared.
    private mutating func addPairs(of stretch: Stretch) {
        let known = Set(second[stretch.second])
        let mine = stretch.first.filter { known.contains(first[$0]) }
        guard !mine.isEmpty else { return }
        let shared = Set(mine.map { first[$0] })
        let yours = stretch.second.filter { shared.contains(second[$0]) }
        if mine.count == stretch.first.count, yours.count == stretch.second.count {
            divide(stretch)
        } else {
            let inner = CommonSubsequence(mine.map { first[$0] }, yours.map { second[$0] })
            pairs += inner.pairs.map { (mine[$0.first], yours[$0.second]) }
        }
    }

    private mutating func divide(_ whole: Stretch) {
        var open = [whole]
        while let next = open.popLast() {
            let stretch = trimmed(next)
            if stretch.isEmpty { continue }
            if stretch.isShort {
                solve(stretch)
                continue
            }
            let anchors = stretch.depth < Self.deepest ? Self.ascending(sharedOnce(in: stretch)) : []
            guard !anchors.isEmpty else {
                pairs += Self.ascending(occurrences(in: stretch))
                continue
            }
            pairs += anchors
            var (a, b) = (stretch.first.lowerBound, stretch.second.lowerBound)
            for anchor in anchors {
                open.append(
                    Stretch(first: a..<anchor.first, second: b..<anchor.second, depth: stretch.depth + 1))
                (a, b) = (anchor.first + 1, anchor.second + 1)
            }
            open.append(
                Stretch(
                    first: a..<stretch.first.upperBound, second: b..<stretch.second.upperBound,
                    depth: stretch.depth + 1))
        }
    }

    /// Pairs the common beginning and the common end of `stretch`.
    ///
    /// - Returns: What lies between them.
    private mutating func trimmed(_ stretch: Stretch) -> Stretch {
        var (a, b) = (stretch.first, stretch.second)
        while let i = a.first, let j = b.first, first[i] == second[j] {
            pairs.append((i, j))
            (a, b) = (a.dropFirst(), b.dropFirst())
        }
        while let i = a.last, let j = b.last, first[i] == second[j] {
            pairs.append((i, j))
            (a, b) = (a.dropLast(), b.dropLast())
        }
        return Stretch(first: a, second: b, depth: stretch.depth)
    }

    /// The longest common subsequence, by the table of the lengths that are left.
    private mutating func solve(_ stretch: Stretch) {
        let (rows, columns) = (stretch.first.count, stretch.second.count)
        let (top, left) = (stretch.first.lowerBound, stretch.second.lowerBound)
        let width = columns + 1
        var lengths = [Int32](repeating: 0, count: (rows + 1) * width)
        for row in stride(from: rows - 1, through: 0, by: -1) {
            for column in stride(from: columns - 1, through: 0, by: -1) {
                let place = row * width + column
                lengths[place] =
                    first[top + row] == second[left + column]
                    ? lengths[place + width + 1] + 1 : max(lengths[place + width], lengths[place + 1])
            }
        }
        var (row, column) = (0, 0)
        while row < rows, column < columns {
            let place = row * width + column
            if first[top + row] == second[left + column] {
                pairs.append((top + row, left + column))
                (row, column) = (row + 1, column + 1)
            } else if lengths[place + width] >= lengths[place + 1] {
                row += 1
            } else {
                column += 1
            }
        }
    }

    /// The places of the keys that occur exactly once on either side, ascending on the first.
    private func sharedOnce(in stretch: Stretch) -> [(first: Int, second: Int)] {
        var occurrences: [Int: (inFirst: Int, inSecond: Int, place: Int)] = [:]
        for place in stretch.first { occurrences[first[place], default: (0, 0, 0)].inFirst += 1 }
        for place in stretch.second {
            guard var known = occurrences[second[place]] else { continue }
            known.inSecond += 1
            known.place = place
            occurrences[second[place]] = known
        }
        return stretch.first.compactMap { place in
            guard let known = occurrences[first[place]], known.inFirst == 1, known.inSecond == 1 else { return nil }
            return (place, known.place)
        }
    }

    /// The first occurrence of each key with its first on the other side, the second with the second, and so on.
    private func occurrences(in stretch: Stretch) -> [(first: Int, second: Int)] {
        var queues = KeyQueues()
        for place in stretch.second.reversed() {
            queues.putFirst(place - stretch.second.lowerBound, under: second[place])
        }
        return stretch.first.compactMap { place in
            queues.takeFirst(under: first[place]).map { (place, $0 + stretch.second.lowerBound) }
        }
    }

    /// The longest part of `pairs`, ascending on the first side, that ascends on the second as well.
    static func ascending(_ pairs: [(first: Int, second: Int)]) -> [(first: Int, second: Int)] {
        // `ends[length]`: the pair with the smallest second side that a run of `length + 1` can end with.
        var ends: [Int] = []
        var before = [Int](repeating: -1, count: pairs.count)
        for (index, pair) in pairs.enumerated() {
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                if pairs[ends[middle]].second < pair.second { low = middle + 1 } else { high = middle }
            }
            if low > 0 { before[index] = ends[low - 1] }
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var run: [(first: Int, second: Int)] = []
        var next = ends.last ?? -1
        while next >= 0 {
            run.append(pairs[next])
            next = before[next]
        }
        return run.reversed()
    }
}

/// Small numbers waiting under keys, first in, first out, without an array for each key.
struct KeyQueues {
    private var heads: [Int: Int] = [:]
    private var followers: [Int] = []

    /// Puts `number` before all that wait under `key`.
    mutating func putFirst(_ number: Int, under key: Int) {
        while followers.count <= number { followers.append(-1) }
        followers[number] = heads[key] ?? -1
        heads[key] = number
    }

    /// The first that waits under `key`, which waits no more.
    mutating func takeFirst(under key: Int) -> Int? {
        guard let number = heads[key], number >= 0 else { return nil }
        heads[key] = followers[number]
        return number
    }
}
