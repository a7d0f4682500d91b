import TraceGraph

/// One value of one run, or one thing said about it, as it may be shown.
struct Piece {
    let label: String
    private(set) var text: String
    /// Whether this was said about something, and is not a value.
    let isRemark: Bool
    let isFailure: Bool
    /// Whether something that failed reads it.
    private(set) var isReadByFailure = false
    private(set) var isCut = false
    private(set) var standsInline: Bool
    let longestQuotes: Int
    /// What the whole text costs, in quarters of a token.
    let size: Int
    /// What the label costs.
    private let labelSize: Int

    init(_ label: String, _ text: String, isRemark: Bool = false, isFailure: Bool = false) {
        self.label = label
        self.text = text
        self.isRemark = isRemark
        self.isFailure = isFailure
        let measure = TextMeasure(text)
        size = measure.quarters
        standsInline = measure.standsInline
        longestQuotes = measure.longestQuotes
        labelSize = TextTokens.quarters(of: label) + (isFailure ? " (failed)".utf8.count : 0)
    }

    init(_ entry: Problem.Entry) {
        self.init(entry.label, ValueText.text(of: entry.value), isFailure: entry.isFailure)
        isReadByFailure = entry.isReadByFailure
    }

    /// What it costs, with the end of its line, when its text is cut to `cap` quarters of a token.
    func cost(cutTo cap: Int = .max, _ writer: ValueText) -> Int {
        let frame = labelSize + writer.frame(isRemark: isRemark, isEmpty: size == 0, standsInline: standsInline)
        return size <= cap ? frame + size : frame + Self.cutNote + cap
    }

    /// No value is cut to less than ``ProblemPlan/shortest``, and each has a label, a sign and the end of its line.
    fileprivate var least: Int { labelSize + 3 + min(size, ProblemPlan.shortest) }

    /// What the word `cut` behind the label costs at most.
    static let cutNote = " (cut)".utf8.count

    /// Cuts the text; returns how many characters are gone.
    mutating func cut(to cap: Int) -> Int {
        guard size > cap else { return 0 }
        let (text, leftOut) = ValueText.cut(text, to: cap, pointsAtLine: isFailure)
        guard leftOut > 0 else { return 0 }
        self.text = text
        isCut = true
        standsInline = TextMeasure(text).standsInline
        return leftOut
    }

    func line(_ writer: ValueText) -> String {
        let label: String
        switch (isFailure, isCut) {
        case (false, false): label = self.label
        case (true, false): label = "\(self.label) (failed)"
        case (false, true): label = "\(self.label) (cut)"
        case (true, true): label = "\(self.label) (failed, cut)"
        }
        return isRemark
            ? writer.remark(label, text, standsInline: standsInline)
            : writer.line(label, text, standsInline: standsInline)
    }
}

/// What a run has to show in one section: those of its values that could have room, and how many there are in all.
struct PieceRow {
    /// In order, each with its place among all.
    var pieces: [(offset: Int, piece: Piece)]
    var total: Int
    /// Values that were never asked for, such as outputs beyond the most that are shown.
    var unasked = 0

    static let empty = PieceRow(pieces: [], total: 0)

    init(pieces: [(offset: Int, piece: Piece)], total: Int) {
        self.pieces = pieces
        self.total = total
    }

    /// The values of `entries`; of very many only what failed, what was read by it, and from either end as many as can
    /// have room.
    ///
    /// - Parameter room: What there is room for at the most, in quarters of a token.
    init(_ entries: [Problem.Entry], room: Int) {
        total = entries.count
        var head: [(offset: Int, piece: Piece)] = []
        var tail: [(offset: Int, piece: Piece)] = []
        var left = room
        while head.count + tail.count < total, left >= 0 {
            let isHead = head.count <= tail.count
            let offset = isHead ? head.count : total - 1 - tail.count
            let piece = Piece(entries[offset])
            left -= piece.least
            if isHead { head.append((offset, piece)) } else { tail.append((offset, piece)) }
        }
        let middle = head.count..<(total - tail.count)
        let telling = middle.lazy.filter { entries[$0].isFailure || entries[$0].isReadByFailure }.prefix(
            Self.mostTelling)
        pieces = head + telling.map { ($0, Piece(entries[$0])) } + tail.reversed()
    }

    init(_ pieces: [Piece]) {
        self.pieces = pieces.enumerated().map { ($0, $1) }
        total = pieces.count
    }

    /// Whether all there is can be shown.
    var isWhole: Bool { pieces.count == total }
    var isEmpty: Bool { total == 0 && unasked == 0 }

    /// What it costs to show the pieces that are left, each cut to `cap`, with the marks.
    func cost(cutTo cap: Int = .max, _ writer: ValueText, prefix: Int) -> Int {
        var cost = pieces.reduce(0) { $0 + $1.piece.cost(cutTo: cap, writer) + prefix }
        var next = 0
        for (offset, _) in pieces {
            if offset > next { cost += Self.markCost + prefix }
            next = offset + 1
        }
        if total > next { cost += Self.markCost + prefix }
        if unasked > 0 { cost += Self.markCost + prefix }
        return cost
    }

    /// How many values are looked for between the ends of a very long row.
    private static let mostTelling = 1000
    /// Up to so many values each is weighed by its length.
    private static let fewest = 64
    /// What a mark costs at most: `… 1,234,567,890 more outputs with feedback left out`.
    static let markCost = 4 + " 1,234,567,890 more outputs with feedback left out\n".utf8.count

    /// Leaves out what has no room with every piece cut to `cap`. Failures stay longest; of few values the long ones go
    /// first, of many those in the middle.
    mutating func trim(to room: Int, cutTo cap: Int, _ writer: ValueText, prefix: Int) {
        guard cost(cutTo: cap, writer, prefix: prefix) > room else { return }
        let own = unasked > 0 ? Self.markCost + prefix : 0
        var important = pieces.filter(\.piece.isFailure) + pieces.filter(\.piece.isReadByFailure)
        if total <= Self.fewest {
            important += pieces.sorted { ($0.piece.size, $0.offset) < ($1.piece.size, $1.offset) }
        }
        let kept = Excerpt.choose(
            of: total, important: important.map(\.offset), room: room - own, mark: Self.markCost + prefix
        ) { offset in
            // What is not at hand would not have fitted.
            guard let place = place(of: offset) else { return .max / 4 }
            return pieces[place].piece.cost(cutTo: cap, writer) + prefix
        }
        pieces = kept.compactMap { offset in place(of: offset).map { pieces[$0] } }
    }

    private func place(of offset: Int) -> Int? {
        if isWhole { return offset }
        var (low, high) = (0, pieces.count)
        while low < high {
            let middle = (low + high) / 2
            if pieces[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low < pieces.count && pieces[low].offset == offset ? low : nil
    }

    /// The lines, with a mark for every gap.
    func lines(_ writer: ValueText) -> [String] {
        var lines = Excerpt.lines(pieces.map { ($0.offset, $0.piece.line(writer)) }, of: total) { count in
            "… \(ValueText.counted(count, "more value", "more values")) left out"
        }
        if unasked > 0 {
            let outputs = ValueText.counted(
                unasked, "more output with feedback", "more outputs with feedback")
            lines.append("… \(outputs) left out")
        }
        return lines
    }
}
