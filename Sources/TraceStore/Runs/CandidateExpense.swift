public import TraceGraph

/// What an execution of a candidate takes on average.
public struct CandidateExpense: Sendable, Hashable {
    /// Of prompts and replies together.
    public var tokens: Double
    /// US dollars; nil where the price of a call is not known.
    public var cost: Double?
    /// Nanoseconds.
    public var duration: Double
}

extension TraceStore {
    /// What executions took in a run, by candidate; none for candidates without traces.
    ///
    /// - Parameter run: The run's number.
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func expenses(of run: Int) throws(StoreError) -> [Candidate.ID: CandidateExpense] {
        try read("adding up what candidates take") { reader in
            let rows = try reader.statement(
                """
                SELECT k.number, avg(t.prompt_tokens + t.completion_tokens),
                    CASE WHEN count(*) = count(t.cost) THEN avg(t.cost) END, avg(t.duration)
                FROM traces t JOIN candidates k ON k.id = t.candidate WHERE t.run = ? GROUP BY k.number
                """
            ).all(.integer(run)) { row in
                (
                    Candidate.ID(row.integer(0)),
                    CandidateExpense(tokens: row.real(1), cost: row.realIfAny(2), duration: row.real(3))
                )
            }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }
}
