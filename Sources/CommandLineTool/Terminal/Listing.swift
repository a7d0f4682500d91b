import TraceGraph

/// Things told one after another: as rows of a table for a person, as one JSON object a line for a program.
struct Listing<Item> {
    private let items: [Item]
    private let object: (Item) -> Value
    private let columns: [(String, TextTable.Side)]
    private let row: (Item) -> [String]
    private let spare: [String]

    /// - Parameters:
    ///   - object: What a program is told of each.
    ///   - columns: The headings a person sees.
    ///   - spare: Those of them that can be left out where there is too little room.
    ///   - row: One cell a heading.
    init(
        _ items: [Item], object: @escaping (Item) -> Value, columns: [(String, TextTable.Side)],
        spare: [String] = [], row: @escaping (Item) -> [String]
    ) {
        self.items = items
        self.object = object
        self.columns = columns
        self.row = row
        self.spare = spare
    }

    /// Prints them; nothing for a program, and `emptiness` for a person, when there are none.
    func print(asJSON: Bool, on terminal: Terminal, emptiness: String) {
        if asJSON {
            for item in items { Output.result(object(item).json) }
        } else if items.isEmpty {
            Output.message(emptiness)
        } else {
            var table = TextTable(columns)
            table.spare = spare
            for item in items { table.add(row(item)) }
            Output.result(table.shown(on: terminal))
        }
    }
}
