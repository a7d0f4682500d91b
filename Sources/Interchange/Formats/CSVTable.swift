/// Rows of comma-separated values, as RFC 4180 has them.
struct CSVTable {
    private(set) var text = ""
    private let width: Int

    init(_ columns: [String]) {
        width = columns.count
        add(columns)
    }

    /// - Precondition: As many cells as columns.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == width, "a row has one cell a column")
        text += cells.map(Self.cell).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ text: String) -> String {
        var text = text.withoutControls
        // What a spreadsheet would take for a formula is led by a quote, as it is typed there.
        if let first = text.unicodeScalars.first, "=+@\t\r".unicodeScalars.contains(first) || isFormula(text) {
            text = "'" + text
        }
        let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func isFormula(_ text: String) -> Bool { text.hasPrefix("-") && Double(text) == nil }
}
