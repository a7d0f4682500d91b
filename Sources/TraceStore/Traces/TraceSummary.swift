public import Foundation
public import TraceGraph

/// A stored trace in one line.
public struct TraceSummary: Sendable, Hashable, Identifiable {
    /// The number under which the trace is read back.
    public var id: Int
    /// The run it was recorded in, as `name#attempt`; nil outside runs.
    public var run: String?
    /// Of its run; nil outside of runs.
    public var step: Int?
    /// The workflow's name.
    public var workflow: String
    /// What ran.
    public var candidate: Candidate.ID
    /// The example it was run on.
    public var example: String?
    /// The part of the data that the example is from; nil outside of datasets.
    public var split: String?
    /// Which independent repeat, from 0.
    public var repetition: Int
    /// `completed`, `failed` or `cancelled`.
    public var outcome: String
    /// The objective's value; nil when it was not scored.
    public var score: Double?
    /// How many there are.
    public var nodes: Int
    /// Of all model calls.
    public var usage: Usage
    /// Nanoseconds.
    public var duration: Int64
    /// When it was stored.
    public var created: Date
    /// The number of the trace it was run again on; nil where it was not.
    public var rerunOf: Int?
}

extension TraceSummary {
    /// What ``init(_:)`` reads, in its order, from the tables `t`, `k` and `r`.
    static let columns = """
        t.id, r.name || '#' || r.attempt, t.step, t.workflow, k.number, t.example, t.split, t.repetition, t.outcome,
            t.score, t.nodes, t.duration, t.created_at, t.calls, t.prompt_tokens, t.cached_prompt_tokens,
            t.completion_tokens, t.cost, t.rerun_of
        """

    /// The tables ``columns`` are of.
    static let tables = "traces t JOIN candidates k ON k.id = t.candidate LEFT JOIN runs r ON r.id = t.run"

    init(_ row: SQLRow) throws {
        self.init(
            id: row.integer(0), run: row.textIfAny(1), step: row.integerIfAny(2), workflow: row.text(3),
            candidate: Candidate.ID(row.integer(4)), example: row.textIfAny(5), split: row.textIfAny(6),
            repetition: row.integer(7), outcome: row.text(8), score: row.realIfAny(9), nodes: row.integer(10),
            usage: Usage(row, at: 13), duration: Int64(row.integer(11)), created: try Timestamp.date(row.text(12)),
            rerunOf: row.integerIfAny(18))
    }
}

/// Which stored traces are meant. Nil means any.
public struct TraceFilter: Sendable, Hashable {
    /// A run's number.
    public var run: Int?
    /// Of the run; nil for all.
    public var step: Int?
    /// The workflow's name; nil for all.
    public var workflow: String?
    /// Nil for all.
    public var candidate: Candidate.ID?
    /// Its id; nil for all.
    public var example: String?
    /// The part of the data; nil for all.
    public var split: String?
    /// True for traces that failed, false for those that did not.
    public var failed: Bool?

    public init(
        run: Int? = nil, step: Int? = nil, workflow: String? = nil, candidate: Candidate.ID? = nil,
        example: String? = nil, split: String? = nil, failed: Bool? = nil
    ) {
        self.run = run
        self.step = step
        self.workflow = workflow
        self.candidate = candidate
        self.example = example
        self.split = split
        self.failed = failed
    }

    /// All traces.
    public static let all = TraceFilter()

    /// The condition on the traces table `t` and its candidates `k`, always with the same seven arguments.
    static let condition = """
        (?1 IS NULL OR t.run = ?1) AND (?2 IS NULL OR t.step = ?2) AND (?3 IS NULL OR t.workflow = ?3)
        AND (?4 IS NULL OR k.number = ?4) AND (?5 IS NULL OR t.example = ?5) AND (?6 IS NULL OR t.split = ?6)
        AND (?7 IS NULL OR (t.outcome = 'failed') = ?7)
        """

    var arguments: [SQLValue] {
        [
            SQLValue(run), SQLValue(step), SQLValue(workflow), SQLValue(candidate?.number), SQLValue(example),
            SQLValue(split), SQLValue(failed.map { $0 ? 1 : 0 }),
        ]
    }
}
