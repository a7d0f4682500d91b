/// In what the signatures of two traces differ: kind, operation, and the names of the inputs.
///
/// A trace has few signatures and many nodes, so each pair is compared once.
struct SignatureComparison {
    private var known: [Int: GraphDiff.Aspects] = [:]

    /// What is different between two nodes apart from their names, values, and the nodes they read.
    mutating func differences(_ a: Node, _ b: Node) -> GraphDiff.Aspects {
        let pair = a.signatureIndex << 32 | b.signatureIndex
        if let found = known[pair] { return found }
        var aspects: GraphDiff.Aspects = []
        if a.kind != b.kind { aspects.insert(.kind) }
        if a.operation?.name != b.operation?.name { aspects.insert(.operation) }
        if a.inputs.map(\.name) != b.inputs.map(\.name) { aspects.insert(.inputs) }
        known[pair] = aspects
        return aspects
    }
}
