import TraceGraph

extension StoreReader {
    /// The candidate in row `row` of the candidates table; nil when there is none.
    func candidate(row: Int) throws -> Candidate? {
        let head = try statement("SELECT number, origin FROM candidates WHERE id = ?")
            .first(.integer(row)) { (number: $0.integer(0), origin: $0.text(1)) }
        guard let head else { return nil }
        let parents = try statement("SELECT parent FROM candidate_parents WHERE candidate = ? ORDER BY position")
            .all(.integer(row)) { Candidate.ID($0.integer(0)) }
        var values: [String: Value] = [:]
        try statement(
            """
            SELECT c.parameter, v.kind, v.content
            FROM candidate_values c LEFT JOIN "values" v ON v.id = c.value WHERE c.candidate = ?
            """
        ).forEach([.integer(row)]) { row in values[row.text(0)] = try StoredValue.read(row, at: 1) }
        return Candidate(id: Candidate.ID(head.number), values: values, parents: parents, origin: head.origin)
    }
}
