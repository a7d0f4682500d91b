/// The graph of a trace, shared by all copies of it.
final class TraceStorage: Sendable {
    let columns: NodeColumns
    /// In execution order.
    let parameters: [NodeID]

    init(_ columns: NodeColumns) {
        self.columns = columns
        self.parameters = columns.parameters.keys.sorted()
    }

    var count: Int { columns.records.count }
}
