import TraceGraph

/// The operations of a trace that is put together, each once.
struct OperationTable {
    private(set) var operations: [TraceGraph.Operation] = []
    private var places: [TraceGraph.Operation: Int] = [:]

    subscript(_ place: Int) -> TraceGraph.Operation { operations[place] }

    /// Where the operation stands in ``operations``, which it is added to at first.
    mutating func place(of operation: TraceGraph.Operation) -> Int {
        if let known = places[operation] { return known }
        places[operation] = operations.count
        operations.append(operation)
        return operations.count - 1
    }
}
