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

    /// Pairs what has equal keys: in order within the gaps of the backbone, then, unless it `keepsOrder`, wherever it is.
    ///
    /// - Parameters:
    ///   - first: The key of a place in the first sequence; nil pairs with nothing.
    ///   - second: The same for the second sequence.
    mutating func pair(_ first: (Int) -> Int?, _ second: (Int) -> Int?, keepsOrder: Bool = false) {
        guard isOpen else { return }
        var grown: [(first: Int, second: Int)] = []
        var (a, b) = (0, 0)
        for anchor in backbone + [(seconds.count, firsts.count)] {
            grown += fill(a..<anchor.first, b..<anchor.second, first, second)
            if anchor.first < seconds.count { grown.append(anchor) }
            (a, b) = (anchor.first + 1, anchor.second + 1)
        }
        backbone = grown
        if !keepsOrder { join(first, second) }
    }

    private mutating func fill(
        _ firstGap: Range<Int>, _ secondGap: Range<Int>, _ first: (Int) -> Int?, _ second: (Int) -> Int?
    ) -> [(first: Int, second: Int)] {
        guard !firstGap.isEmpty, !secondGap.isEmpty else { return [] }
        let mine = firstGap.compactMap { place in seconds[place] < 0 ? first(place).map { (place, $0) } : nil }
        guard !mine.isEmpty else { return [] }
        let yours = secondGap.compactMap { place in firsts[place] < 0 ? second(place).map { (place, $0) } : nil }
        let common = CommonSubsequence(mine.map(\.1), yours.map(\.1)).pairs.map { pair in
            (first: mine[pair.first].0, second: yours[pair.second].0)
        }
        for pair in common { note(pair.first, pair.second) }
        return common
    }

    private mutating func join(_ first: (Int) -> Int?, _ second: (Int) -> Int?) {
        guard isOpen else { return }
        var queues = KeyQueues()
        for place in firsts.indices.reversed() where firsts[place] < 0 {
            if let key = second(place) { queues.putFirst(place, under: key) }
        }
        for place in seconds.indices where seconds[place] < 0 {
            if let key = first(place), let partner = queues.takeFirst(under: key) { note(place, partner) }
        }
    }

    private mutating func note(_ first: Int, _ second: Int) {
        seconds[first] = second
        firsts[second] = first
        pairCount += 1
    }
}
