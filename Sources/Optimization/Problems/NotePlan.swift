/// The documentation of a problem, whole or as much of it as has room.
struct NotePlan {
    /// All lines; empty when there are too many to have room.
    let all: [String]
    /// What all lines cost with their title; nil when there are too many.
    let cost: Int?

    private let notes: [Problem.Note]
    private let writer: ValueText

    private static let title = "Documentation"
    /// `… 1,234,567,890 entries left out`.
    private static let mark = 4 + " 1,234,567,890 entries left out\n".utf8.count

    init(_ notes: [Problem.Note], _ writer: ValueText, room: Int) {
        self.notes = notes
        self.writer = writer
        // No line costs less than `a: b`.
        guard 5 * notes.count <= room else {
            all = []
            cost = nil
            return
        }
        all = notes.map { writer.remark(ValueText.name($0.name), $0.text) }
        cost = ProblemPlan.cost(of: all, titled: Self.title)
    }

    /// Those with the places `shown`, each cut to its share of `room`, as far as they fit.
    func lines(room: Int, of shown: Set<Int>) -> [String] {
        if let cost, cost <= room { return all }
        let near = shown.sorted().map { notes[$0] }
        let share = max(ProblemPlan.shortest, room / max(1, near.count))
        var left = room - ProblemPlan.titleCost(Self.title) - Self.mark
        var lines: [String] = []
        for note in near {
            let cut = ValueText.cut(note.text, to: share)
            let name = ValueText.name(note.name)
            let line = writer.remark(cut.leftOut > 0 ? "\(name) (cut)" : name, cut.text)
            left -= TextTokens.quarters(of: line) + 1
            guard left >= 0 else { break }
            lines.append(line)
        }
        let missing = notes.count - lines.count
        if missing > 0 { lines.append("… \(ValueText.counted(missing, "entry", "entries")) left out") }
        return lines
    }
}
