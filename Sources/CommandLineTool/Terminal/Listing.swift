import TraceGraph

/// Things told one after another: as rows of a table for a person, as one JSON object a line for a program.
struct Listing<Item> {
    private let items: [Item]
    private let object: (Item) -> Value
    private let columns: [(String, TextTable.Side)]
    private let row: (Item) -> [String]

    /// - Parameters:
    ///   - object: What a program is told of each.
    ///   - columns: The headings a person sees.
    ///   - row: One cell a heading.
    init(
        _ items: [Item], object: @escaping (Item) -> Value, columns: [(String, TextTable.Side)],
        row: @escaping (Item) -> [String]
    ) {
        self.items = items
        self.object = object
        self.columns = columns
        self.row = row
    }

    /// Prints them; nothing for a program, and `emptiness` for a person, when there are none.
    func print(asJSON: Bool, on terminal: Terminal, emptiness: String) {
        if asJSON {
            for item in items { Output.result(object(item).json) }
        } else if items.isEmpty {
            Output.message(emptiness)
        } else {
            var table = TextTable(columns)
            for item in items { table.add(row(item)) }
            Output.result(table.shown(on: terminal))
        }
    }
}
