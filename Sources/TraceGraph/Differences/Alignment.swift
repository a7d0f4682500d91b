/// One-to-one pairs between two sequences, found with strict keys first and looser ones afterwards.
///
/// Pairs that keep the order on both sides form a backbone; looser keys fill the gaps of the backbone before anything is
/// paired across it. So what was inserted or left out shifts nothing, and what only changed places is still found.
struct Alignment {
    /// By place in the first sequence: the place of the partner in the second, or -1.
    private(set) var seconds: [Int]
    /// By place in the second sequence: the place of the partner in the first, or -1.
    private(set) var firsts: [Int]
    private var backbone: [(first: Int, second: Int)] = []
    private var pairCount = 0

    /// - Parameter pairs: What is paired already, ascending on the first side.
    init(_ firstCount: Int, _ secondCount: Int, paired pairs: [(first: Int, second: Int)] = []) {
        seconds = Array(repeating: -1, count: firstCount)
        firsts = Array(repeating: -1, count: secondCount)
        backbone = CommonSubsequence.ascending(pairs)
        for (first, second) in pairs { note(first, second) }
    }

    /// Whether anything is left to pair on both sides.
    var isOpen: Bool { pairCount < seconds.count && pairCount < firsts.count }

    /// The places that have a partner, in the order of the first sequence.
    var pairs: [(first: Int, second: Int)] {
        seconds.enumerated().compactMap { $1 < 0 ? nil : ($0, $1) }
    }

    /// Pairs what has equal keys: in order within the gaps of the backbone, then wherever it is.
    ///
    /// - Parameters:
    ///   - first: The key of a place in the first sequence; nil pairs with nothing.
    ///   - second: The same for the second sequence.
    mutating func pair(_ first: (Int) -> Int?, _ second: (Int) -> Int?) {
        guard isOpen else { return }
        let mine = Self.keyed(seconds, first)
        guard !mine.isEmpty else { return }
        let yours = Self.keyed(firsts, second)
        guard !yours.isEmpty else { return }

        var grown: [(first: Int, second: Int)] = []
        var (a, b) = (0, 0)
        for anchor in backbone + [(seconds.count, firsts.count)] {
            let myStart = a
            let yourStart = b
            while a < mine.count, mine[a].place < anchor.first { a += 1 }
            while b < yours.count, yours[b].place < anchor.second { b += 1 }
            if myStart < a, yourStart < b {
                let common = CommonSubsequence(mine[myStart..<a].map(\.key), yours[yourStart..<b].map(\.key)).pairs
                for pair in common {
                    let (x, y) = (mine[myStart + pair.first].place, yours[yourStart + pair.second].place)
                    note(x, y)
                    grown.append((x, y))
                }
            }
            if anchor.first < seconds.count { grown.append(anchor) }
        }
        backbone = grown
        join(mine, yours)
    }

    private typealias Keyed = (place: Int, key: Int)

    private static func keyed(_ partners: [Int], _ key: (Int) -> Int?) -> [Keyed] {
        partners.indices.compactMap { place in partners[place] < 0 ? key(place).map { (place, $0) } : nil }
    }

    private mutating func join(_ mine: [Keyed], _ yours: [Keyed]) {
        guard isOpen else { return }
        var queues = KeyQueues()
        for (place, key) in yours.reversed() where firsts[place] < 0 { queues.putFirst(place, under: key) }
        for (place, key) in mine where seconds[place] < 0 {
            if let partner = queues.takeFirst(under: key) { note(place, partner) }
        }
    }

    private mutating func note(_ first: Int, _ second: Int) {
        seconds[first] = second
        firsts[second] = first
        pairCount += 1
    }
}
