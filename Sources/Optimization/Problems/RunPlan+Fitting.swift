import TraceGraph

extension RunPlan {
    /// Values are shown at this length, in quarters of a token, before further runs and intermediate values are.
    private static let comfortable = 4 * ProblemPlan.shortest

    /// Leaves out and cuts what has no room.
    ///
    /// The first run is shown in any case, others as long as their values can have a comfortable length and beside them
    /// as much room is left for intermediate values; of those as many are shown as leave the others comfortable. At last
    /// the longest values are cut first.
    mutating func fit(into room: Int, _ writer: ValueText) {
        guard let first = runs.first else { return }
        let others = Section.others.rawValue
        let shortest = ProblemPlan.shortest
        func essential(_ rows: Rows, _ cap: Int, prefix: Int) -> Int {
            var cost = 0
            for (place, row) in rows.enumerated() where place != others {
                cost += row.cost(cutTo: cap, writer, prefix: prefix)
            }
            return cost + (rows[others].isEmpty ? 0 : PieceRow.markCost + prefix)
        }
        var shown = 1
        var needed = essential(shared, shortest, prefix: 0) + essential(first, shortest, prefix: prefix)
        /// What the intermediate values of a run may take besides: no more than the others.
        func beside(_ rows: Rows) -> Int {
            min(
                rows[others].cost(cutTo: shortest, writer, prefix: prefix),
                essential(rows, Self.comfortable, prefix: prefix))
        }
        var besides = beside(first)
        while shown < runs.count {
            let next = essential(runs[shown], Self.comfortable, prefix: prefix)
            besides += beside(runs[shown])
            guard needed + next + besides + titles(shown + 1) <= room else { break }
            needed += next
            shown += 1
        }
        runs.removeLast(runs.count - shown)
        let room = room - titles(shown)
        trim(excess: needed - room, writer)

        var left = room - essential(shared, Self.comfortable, prefix: 0)
        for run in runs { left -= essential(run, Self.comfortable, prefix: prefix) }
        left = max(0, left)
        Self.giveOthers(&shared[others], 1, &left, writer, prefix: 0)
        for run in runs.indices {
            Self.giveOthers(&runs[run][others], runs.count - run, &left, writer, prefix: prefix)
        }
        cut(to: room, writer)
    }

    /// Leaves out values of the first run, and of what all share, until even the shortest form of all the others fits:
    /// inputs first, feedback last.
    private mutating func trim(excess: Int, _ writer: ValueText) {
        var excess = excess
        for section in [Section.inputs, .outputs, .feedback] {
            func trim(_ row: inout PieceRow, prefix: Int) {
                guard excess > 0 else { return }
                let before = row.cost(cutTo: ProblemPlan.shortest, writer, prefix: prefix)
                row.trim(to: before - excess, cutTo: ProblemPlan.shortest, writer, prefix: prefix)
                excess -= before - row.cost(cutTo: ProblemPlan.shortest, writer, prefix: prefix)
            }
            trim(&shared[section.rawValue], prefix: 0)
            trim(&runs[0][section.rawValue], prefix: prefix)
        }
    }

    /// Gives the intermediate values of one of `count` runs its share of what is left.
    private static func giveOthers(
        _ row: inout PieceRow, _ count: Int, _ left: inout Int, _ writer: ValueText, prefix: Int
    ) {
        guard !row.isEmpty else { return }
        let reserved = PieceRow.markCost + prefix
        row.trim(to: left / count + reserved, cutTo: ProblemPlan.shortest, writer, prefix: prefix)
        left = max(0, left + reserved - row.cost(cutTo: ProblemPlan.shortest, writer, prefix: prefix))
    }

    /// Cuts the longest values until all fit.
    private mutating func cut(to room: Int, _ writer: ValueText) {
        var frames = 0
        var sizes: [Int] = []
        for (index, rows) in ([shared] + runs).enumerated() {
            frames += cost(of: rows, 0, writer, prefix: index == 0 ? 0 : prefix)
            sizes += rows.flatMap(\.pieces).map(\.piece.size)
        }
        let cap = max(ProblemPlan.shortest, Self.cap(sizes, room: room - frames))
        charactersLeftOut += Self.cut(&shared, to: cap)
        for run in runs.indices { charactersLeftOut += Self.cut(&runs[run], to: cap) }
    }

    private static func cut(_ rows: inout Rows, to cap: Int) -> Int {
        var leftOut = 0
        for row in rows.indices {
            for piece in rows[row].pieces.indices {
                leftOut += rows[row].pieces[piece].piece.cut(to: cap)
            }
        }
        return leftOut
    }

    /// The largest length such that all values cut to it fit into `room`.
    private static func cap(_ sizes: [Int], room: Int) -> Int {
        var left = room
        var count = sizes.count
        for size in sizes.sorted() {
            if size * count > left { return max(0, left) / max(1, count) }
            left -= size
            count -= 1
        }
        return .max
    }
}
