public import Evaluation
public import TraceGraph

/// One execution as a problem sees it: its trace with feedback, and what it scored.
public struct Observation: Sendable {
    /// What happened, with feedback.
    public var trace: Trace
    /// Higher is better; nil when it could not be scored.
    public var score: Double?
    /// What the feedback is about.
    public var outputs: [NodeID]

    /// - Parameter outputs: Nodes of `trace`. By default those with feedback; without any, what the trace ended with.
    public init(_ trace: Trace, score: Double? = nil, outputs: [NodeID]? = nil) {
        self.trace = trace
        self.score = score.flatMap { $0.isFinite ? $0 : nil }
        let spoken = Set(trace.feedback.map(\.output)).sorted()
        self.outputs = outputs ?? (spoken.isEmpty ? trace.result.map { [$0.id] } ?? [] : spoken)
    }

    /// What came of running a candidate on an example.
    public init(_ evaluation: Evaluation) {
        self.init(evaluation.trace, score: evaluation.score)
    }

    /// Whether the execution itself failed, whatever it scored.
    var hasFailed: Bool {
        if case .failed = trace.outcome { true } else { false }
    }
}
