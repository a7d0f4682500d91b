public import TraceGraph

/// What came of running one candidate on one example.
public struct Evaluation: Sendable {
    /// What was run.
    public var candidate: Candidate.ID
    /// What it was run on.
    public var example: Example
    /// Which independent repeat, from 0.
    public var repetition: Int
    /// By metric; a metric that could not be computed is missing.
    public var scores: [String: Score]
    /// The objective's value, higher is better; nil when a metric it needs is missing.
    public var score: Double?
    /// How close the output came, 0 to 1: ranks candidates whose scores all tie at the bottom.
    public var evidence: Double
    /// The model calls that scoring made, metric by metric; also those of a metric that came to no score.
    public var calls: [MetricCall]
    /// What happened, with the metrics' feedback on its output.
    public var trace: Trace

    public init(
        candidate: Candidate.ID, example: Example, repetition: Int, scores: [String: Score], score: Double?,
        evidence: Double, calls: [MetricCall] = [], trace: Trace
    ) {
        self.candidate = candidate
        self.example = example
        self.repetition = repetition
        self.scores = scores
        self.score = score
        self.evidence = evidence
        self.calls = calls
        self.trace = trace
    }

    /// Whether there is no result: an operation threw, or the run was stopped.
    public var hasFailed: Bool {
        if case .completed = trace.outcome { false } else { true }
    }
}
