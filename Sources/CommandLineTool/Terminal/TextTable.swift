/// Rows under headings, columns as wide as their widest cell; on a terminal that is too narrow for that, without what can
/// be spared, and with long texts cut.
struct TextTable {
    enum Side { case left, right }

    private let headings: [(title: String, side: Side)]
    private var rows: [[String]] = []
    /// Titles of columns that can be left out where there is too little room, the first of them first.
    var spare: [String] = []

    private static let leastText = 24
    private static let gap = 2

    init(_ headings: [(String, Side)]) { self.headings = headings.map { (title: $0.0, side: $0.1) } }

    /// - Precondition: As many cells as headings.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == headings.count, "a row has one cell a heading")
        rows.append(cells.map { $0.printable })
    }

    func shown(on terminal: Terminal) -> String {
        var columns = Array(headings.indices)
        var widths = headings.indices.map { column in
            ([headings[column].title] + rows.map { $0[column] }).map(\.columns).max() ?? 0
        }
        if terminal.isLookedAt { fit(&columns, &widths, into: terminal.width) }
        func line(_ cells: [String]) -> String {
            var line = columns.map { column in
                let cell =
                    cells[column].columns > widths[column] ? cells[column].oneLine(widths[column]) : cells[column]
                return headings[column].side == .left ? cell.padded(widths[column]) : cell.aligned(widths[column])
            }.joined(separator: String(repeating: " ", count: Self.gap))
            while line.last == " " { line.removeLast() }
            return line
        }
        return ([terminal.paint(line(headings.map(\.title)), .bold)] + rows.map(line)).joined(separator: "\n")
    }

    /// Leaves out what says nothing, then what can be spared, and cuts the longest texts.
    private func fit(_ columns: inout [Int], _ widths: inout [Int], into width: Int) {
        func excess() -> Int {
            columns.reduce(Self.gap * (columns.count - 1)) { $0 + widths[$1] } - width
        }
        /// What texts can give, down to a length at which they still say something.
        func yield() -> Int {
            columns.reduce(0) { sum, column in
                headings[column].side == .left ? sum + max(0, widths[column] - Self.leastText) : sum
            }
        }
        if excess() > 0 {
            columns.removeAll { column in rows.allSatisfy { ["", "–"].contains($0[column]) } }
        }
        for title in spare where excess() > yield() {
            columns.removeAll { headings[$0].title == title }
        }
        var left = excess()
        while left > 0 {
            let texts = columns.filter { headings[$0].side == .left && widths[$0] > 8 }
            guard let longest = texts.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[longest] -= 1
            left -= 1
        }
    }
}
