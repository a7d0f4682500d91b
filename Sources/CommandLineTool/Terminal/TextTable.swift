/// Rows under headings, columns as wide as their widest cell.
struct TextTable {
    enum Side { case left, right }

    private let headings: [(title: String, side: Side)]
    private var rows: [[String]] = []

    init(_ headings: [(String, Side)]) { self.headings = headings.map { (title: $0.0, side: $0.1) } }

    /// - Precondition: As many cells as headings.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == headings.count, "a row has one cell a heading")
        rows.append(cells.map { $0.printable })
    }

    func shown(on terminal: Terminal) -> String {
        let widths = headings.indices.map { column in
            ([headings[column].title] + rows.map { $0[column] }).map(\.count).max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            var line = cells.indices
                .map { headings[$0].side == .left ? cells[$0].padded(widths[$0]) : cells[$0].aligned(widths[$0]) }
                .joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
        return ([terminal.paint(line(headings.map(\.title)), .bold)] + rows.map(line)).joined(separator: "\n")
    }
}
