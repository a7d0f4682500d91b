public import Evaluation
public import Foundation
public import Optimization
public import TraceGraph

/// One attempt of a run, as kept.
public struct StoredRun: Sendable, Identifiable {
    /// The number of the attempt, never used again.
    public var id: Int
    public var name: String
    /// Counted from 1 for each name.
    public var attempt: Int
    /// The workflow's name.
    public var workflow: String
    /// The optimizer's name.
    public var optimizer: String
    /// What all draws began with.
    public var seed: UInt64
    /// An object: models, splits, plan and arguments.
    public var settings: Value
    public var parameters: ParameterSpace
    /// Nil while it runs, and for good when its process was killed.
    public var status: RunConclusion.Status?
    /// Why it stopped; nil without a status.
    public var reason: String?
    /// Nil without a status.
    public var best: Candidate.ID?
    /// The gate's finding; nil before it.
    public var verdict: Verdict?
    /// Steps committed, the baseline and the gate included.
    public var steps: Int
    /// How many were made.
    public var candidates: Int
    /// Up to the last step committed.
    public var spend: Usage
    /// Nil without a status.
    public var paid: Usage?
    /// Seconds of wall clock; nil without a status.
    public var seconds: Double?
    /// Requests that failed up to the last step committed.
    public var failures: Int
    /// Where it stopped; nil while it goes on, and for good when its process was killed before.
    public var stop: RecordedStop?
    /// Seconds of wall clock up to its end, or to the last step committed.
    public var elapsed: Double
    /// When it began.
    public var started: Date
    /// When it ended; nil while it goes on, and for one that was killed.
    public var finished: Date?

    /// `name#attempt`, by which the attempt is found again.
    public var label: String { "\(name)#\(attempt)" }
}

/// A candidate of a run with what became of it.
public struct StoredCandidate: Sendable {
    /// The values.
    public var candidate: Candidate
    /// The step that made it.
    public var step: Int?
    /// What sort of change it was meant to be; nil for the seed.
    public var intent: Proposal.Intent?
    /// Why it was proposed; nil for the seed.
    public var rationale: String?
    /// Nil for the seed, and while it is undecided.
    public var fate: Trial.Fate?
    /// The mean over its scored evaluations, by split.
    public var scores: [String: Double]
    /// How many evaluations it has, by split.
    public var evaluations: [String: Int]
    /// How near its outputs came to what was expected, by split; see ``Evaluation/evidence``.
    public var evidence: [String: Double]
    /// What its model calls used over all those evaluations, by split; none for splits without a call.
    public var expense: [String: Usage]
}

/// One evaluation with the number of its trace in place of the trace.
public struct StoredEvaluation: Sendable, Identifiable {
    public var id: Int
    /// Nil outside runs.
    public var step: Int?
    /// What was run.
    public var candidate: Candidate.ID
    /// What it was run on.
    public var example: Example
    /// The part of the data that the example is from.
    public var split: String
    /// Which independent repeat, from 0.
    public var repetition: Int
    /// By metric.
    public var scores: [String: Score]
    public var score: Double?
    /// How close the output came, 0 to 1.
    public var evidence: Double
    /// The model calls that scoring made.
    public var calls: [MetricCall]
    /// Nil after the trace was deleted.
    public var trace: Int?
    /// Nanoseconds of the execution; nil after the trace was deleted.
    public var duration: Int64?
}

/// A committed step of a run.
public struct StoredStep: Sendable, Hashable {
    /// 0 is the baseline.
    public var number: Int
    /// From the beginning of the run to the end of the step.
    public var spend: Usage
    /// Seconds of the clock from the beginning of the run to the end of the step; nil in a database that did not keep
    /// them yet.
    public var seconds: Double?
}

/// One event of a run.
public struct StoredEvent: Sendable, Hashable {
    /// From 0, the baseline.
    public var step: Int
    /// Its place in the step, counted from 0.
    public var sequence: Int
    /// See ``RunEvent/kind``.
    public var kind: String
    /// See ``RunEvent/content``.
    public var content: Fields
}
