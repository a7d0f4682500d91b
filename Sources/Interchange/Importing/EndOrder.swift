/// Nodes by when they ended: finds the last to end by some time.
///
/// Entries come in any order; they come fastest in the order of their ends, as those of one thread do.
struct EndOrder<Time: Comparable, Node> {
    private var entries: [(end: Time, node: Node)] = []

    /// Puts the node behind all that have ended by `end`.
    ///
    /// - Complexity: O(log *n*) comparisons; entries that ended later are moved.
    mutating func insert(_ node: Node, endingAt end: Time) {
        entries.insert((end, node), at: count(endingBy: end))
    }

    /// Of those that have ended by `time` the last; of several that ended at once the one that was inserted last.
    ///
    /// - Complexity: O(log *n*) comparisons.
    func last(endingBy time: Time) -> Node? {
        let count = count(endingBy: time)
        return count > 0 ? entries[count - 1].node : nil
    }

    private func count(endingBy time: Time) -> Int {
        if let last = entries.last, last.end <= time { return entries.count }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].end <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
