/// Which of many lines are shown where not all have room.
enum Excerpt {
    /// The lines to show, in their order: the important ones first, then from both ends inwards as long as they fit. For
    /// each gap there must be room for a mark.
    ///
    /// - Parameters:
    ///   - total: How many lines there are.
    ///   - important: Those to be kept before all others, the most important first.
    ///   - mark: What a mark for a gap costs.
    ///   - cost: What a line costs; asked only for lines that are tried.
    /// - Complexity: O(lines that fit).
    static func choose(
        of total: Int, important: some Sequence<Int>, room: Int, mark: Int, cost: (Int) -> Int
    ) -> [Int] {
        var kept: Set<Int> = []
        var left = room - mark
        /// Keeps a line if it fits together with the marks around it.
        func keep(_ line: Int) -> Bool {
            let closesAbove = line == 0 || kept.contains(line - 1)
            let closesBelow = line == total - 1 || kept.contains(line + 1)
            // Within a gap there is one more afterwards, in the last place of a gap one less.
            let gaps = 1 - (closesAbove ? 1 : 0) - (closesBelow ? 1 : 0)
            let price = cost(line) + gaps * mark
            guard price <= left else { return false }
            left -= price
            kept.insert(line)
            return true
        }
        // Several that do not fit say that few more would.
        var refused = 0
        for line in important where !kept.contains(line) {
            if !keep(line) { refused += 1 }
            if refused > 8 { break }
        }
        var (head, tail) = (0, total - 1)
        while head <= tail {
            let line = head <= total - 1 - tail ? head : tail
            if line == head { head += 1 } else { tail -= 1 }
            if !kept.contains(line), !keep(line) { break }
        }
        return kept.sorted()
    }

    /// Puts a mark for every gap between the `kept` lines of `total`.
    static func lines<Line>(
        _ kept: [(offset: Int, line: Line)], of total: Int, mark: (Int) -> Line
    ) -> [Line] {
        var lines: [Line] = []
        var next = 0
        for (offset, line) in kept {
            if offset > next { lines.append(mark(offset - next)) }
            lines.append(line)
            next = offset + 1
        }
        if total > next { lines.append(mark(total - next)) }
        return lines
    }
}
