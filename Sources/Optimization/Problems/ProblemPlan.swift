import TraceGraph

/// What of a problem is shown and how long each value may be: all the decisions of a rendering, none of its layout.
struct ProblemPlan {
    /// The sections that hold values of runs.
    enum Section: Int, CaseIterable {
        case inputs, others, outputs, feedback

        var title: String {
            switch self {
            case .inputs: "Inputs"
            case .others: "Others"
            case .outputs: "Outputs"
            case .feedback: "Feedback"
            }
        }
    }

    /// One value of one run, as long as it may be.
    struct Piece {
        let section: Section
        let label: String
        private(set) var text: String
        let isRemark: Bool
        /// How many values this stands for when it is a mark; 0 for a value.
        let leftOut: Int
        /// Of the whole text, in quarters of a token.
        let size: Int
        /// Of everything but the text.
        let frame: Int

        init(_ section: Section, _ label: String, _ text: String, isRemark: Bool = false) {
            self.section = section
            self.label = label
            self.text = text
            self.isRemark = isRemark
            leftOut = 0
            size = TextTokens.quarters(of: text)
            // The number of the run and the signs around the label.
            frame = TextTokens.quarters(of: label) + 10 + (ValueText.standsInline(text) ? 0 : 16)
        }

        /// A mark for values left out.
        init(_ section: Section, leftOut: Int, of what: String = "values") {
            self.section = section
            label = ""
            text = "… \(ValueText.grouped(leftOut)) more \(what) left out"
            isRemark = false
            self.leftOut = leftOut
            size = 0
            frame = TextTokens.quarters(of: text) + 10
        }

        /// The least it can cost.
        var least: Int { frame + min(ProblemPlan.shortest, size) }

        /// Cuts the text; returns how much of it is gone.
        mutating func cut(to cap: Int) -> Int {
            guard leftOut == 0, size > cap else { return 0 }
            let cut = ValueText.cut(text, to: cap)
            text = cut.text
            return cut.leftOut
        }

        func line(_ writer: ValueText) -> String {
            if leftOut > 0 { return text }
            return isRemark ? writer.remark(label, text) : writer.line(label, text)
        }
    }

    /// A run that is shown.
    struct ShownRun {
        var pieces: [Piece]
        var writer: ValueText

        /// All its values together: inputs, what failed on the way, outputs, feedback.
        var blockLines: [String] { pieces.map { $0.line(writer) } }
    }

    private(set) var code: [String] = []
    private(set) var documentation: [String] = []
    private(set) var variables: [String] = []
    private(set) var constraints: [String] = []
    private(set) var runs: [ShownRun] = []
    /// What is to be said about the runs that are not shown.
    private(set) var rest: String?
    private(set) var charactersLeftOut = 0
    private(set) var writer: ValueText
    let showsCode: Bool

    /// Quarters of a token for titles, marks and line ends.
    private static let overhead = 4 * 60
    /// No value is cut to less than this, in quarters of a token.
    static let shortest = 4 * 24

    init(_ problem: Problem, renderer: ProblemRenderer) {
        let isWhole = renderer.layout == .full || problem.readsVariablesInSeveralPlaces
        showsCode = isWhole
        let candidates = problem.runs.prefix(max(1, renderer.maximumRuns)).map { run in
            Self.pieces(of: run, isCompact: !isWhole, budget: renderer.tokenBudget)
        }
        let variableTexts = problem.variables.map(Self.text)
        writer = ValueText(
            over: variableTexts + candidates.flatMap { $0.map(\.text) } + problem.documentation.map(\.text))

        for (variable, text) in zip(problem.variables, variableTexts) {
            variables.append(writer.line("(\(variable.definition.kindText)) \(variable.definition.name)", text))
        }
        for variable in problem.variables {
            var notes: [String] = []
            if let summary = variable.definition.constraint.summary { notes.append(summary) }
            if !variable.isUsed, !problem.runs.isEmpty { notes.append("was not read on the way to these outputs") }
            if !notes.isEmpty { constraints.append("\(variable.definition.name): \(notes.joined(separator: "; "))") }
        }

        let fixed = ([problem.instruction] + variables + constraints).reduce(Self.overhead) {
            $0 + TextTokens.quarters(of: $1) + 1
        }
        let whole = renderer.tokenBudget * 4
        var left = max(whole - fixed, whole / 4)
        if showsCode {
            code = Self.lines(of: problem, room: left / 4)
            left -= code.reduce(0) { $0 + TextTokens.quarters(of: $1) + 1 }
            documentation = Self.documentation(of: problem, writer: writer, room: left / 5)
            left -= documentation.reduce(0) { $0 + TextTokens.quarters(of: $1) + 1 }
        }
        show(candidates, of: problem, room: left)
    }

    func lines(of section: Section) -> [String] {
        let rows = runs.map { run in run.pieces.filter { $0.section == section } }
        guard runs.count > 1 else { return rows.joined().map { $0.line(writer) } }
        let common = Self.common(to: rows, in: section)
        var lines = common.map { $0.line(writer) }
        for (index, row) in rows.enumerated() {
            for piece in row where !common.contains(where: { $0.label == piece.label }) {
                lines.append("[\(index + 1)] \(piece.line(writer))")
            }
        }
        return lines
    }

    /// Inputs that are the same in every run are shown once.
    private static func common(to rows: [[Piece]], in section: Section) -> [Piece] {
        guard section == .inputs, let first = rows.first else { return [] }
        return first.filter { piece in
            rows.allSatisfy { row in
                row.contains { $0.label == piece.label && $0.text == piece.text && $0.leftOut == 0 }
            }
        }
    }

    // MARK: Choosing

    /// Shows as many runs as have room with every value at its shortest, the first in any case; then gives the room
    /// that is left to the values, so that the longest are cut first.
    private mutating func show(_ candidates: [[Piece]], of problem: Problem, room: Int) {
        var shown: [[Piece]] = []
        var needed = 0
        for (index, pieces) in candidates.enumerated() {
            let share = index == 0 ? room : room - needed
            let fitting = Self.trimmed(pieces, room: share)
            let cost = fitting.reduce(0) { $0 + $1.least }
            guard index == 0 || (needed + cost <= room && fitting.count == pieces.count) else { break }
            needed += cost
            shown.append(fitting)
        }
        let sizes = shown.joined().map(\.size)
        let frames = shown.joined().reduce(0) { $0 + $1.frame }
        let cap = max(Self.shortest, Self.cap(sizes, room: room - frames))
        for pieces in shown {
            var run = ShownRun(pieces: pieces, writer: writer)
            for index in run.pieces.indices { charactersLeftOut += run.pieces[index].cut(to: cap) }
            runs.append(run)
        }
        rest = Self.rest(of: problem, shown: shown.count)
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

    /// Leaves out values, with a mark, when even the shortest forms of all do not fit: of each section the middle, first
    /// of the intermediate values, then of the inputs, outputs and feedback.
    private static func trimmed(_ pieces: [Piece], room: Int) -> [Piece] {
        var sections = Section.allCases.map { section in pieces.filter { $0.section == section } }
        var excess = pieces.reduce(0) { $0 + $1.least } - room
        for section in [Section.others, .inputs, .outputs, .feedback] where excess > 0 {
            let row = sections[section.rawValue]
            let whole = row.reduce(0) { $0 + $1.least }
            let kept = ends(
                of: row, costs: row.map(\.least), room: max(0, whole - excess - 40), least: section == .others ? 0 : 2
            ) { Piece(section, leftOut: $0.reduce(0) { $0 + max(1, $1.leftOut) }) }
            sections[section.rawValue] = kept
            excess -= whole - kept.reduce(0) { $0 + $1.least }
        }
        return Array(sections.joined())
    }

    /// The first and the last of `row` that fit, `least` in any case, with a mark for those between.
    static func ends<Element>(
        of row: [Element], costs: [Int], room: Int, least: Int, mark: (ArraySlice<Element>) -> Element
    ) -> [Element] {
        var head = 0
        var tail = row.count
        var left = room
        while head < tail {
            let takesTail = row.count - tail <= head
            let cost = takesTail ? costs[tail - 1] : costs[head]
            guard cost <= left || head + (row.count - tail) < least else { break }
            left -= cost
            if takesTail { tail -= 1 } else { head += 1 }
        }
        guard head < tail else { return row }
        return row[..<head] + [mark(row[head..<tail])] + row[tail...]
    }
}
