import Interchange

/// How a run went in three lines: the validation scores of its candidates, the best so far, what became of each.
struct RunHistory {
    let chart: HistoryChart
    let terminal: Terminal

    /// Nil when fewer than two candidates were scored.
    func shown() -> String? {
        let points = chart.points
        guard points.count > 1, let first = points.first, let last = chart.best.last else { return nil }
        let width = max(8, terminal.width - 34)
        func row(_ name: String, _ text: String, _ note: String) -> String {
            "  \(name.padded(12))\(text)  \(terminal.paint(note, .faint))"
        }
        let low = points.map(\.score).min() ?? 0
        let high = points.map(\.score).max() ?? 0
        var lines = [
            row(
                "validation", Sparkline(points.map(\.score), width: width).text,
                "\(Figures.decimal(low)) to \(Figures.decimal(high))"),
            row(
                "best so far", Sparkline(chart.best, width: width).text,
                "\(Figures.decimal(first.score)) → \(Figures.decimal(last))"),
        ]
        if points.count <= width {
            let marks = points.map { point in
                switch point.fate {
                case "accepted": "●"
                case "rejected": "×"
                case "kept": "○"
                case "seed": "s"
                default: "?"
                }
            }
            let accepted = points.count { $0.fate == "accepted" }
            lines.append(row("fate", marks.joined(), "\(accepted) accepted ●, others × ○"))
        }
        return lines.joined(separator: "\n")
    }
}
