/// The graph of a trace, shared by all copies of it.
final class TraceStorage: Sendable {
    let columns: NodeColumns
    /// In execution order.
    let parameters: [NodeID]

    init(_ columns: consuming NodeColumns) {
        parameters = columns.parameters.keys.sorted()
        self.columns = columns
    }

    var count: Int { columns.records.count }
}
