public import Evaluation
public import Foundation
public import TraceGraph

/// A run with all that is told about it: what exports and pages are made from.
public struct RecordedRun: Sendable {
    /// A candidate and what became of it.
    public struct Trial: Sendable {
        public var candidate: Candidate
        /// The step that made it.
        public var step: Int?
        public var intent: String?
        public var rationale: String?
        /// `accepted`, `kept` or `rejected`; nil for the seed, and while it is undecided.
        public var fate: String?
        public var fateReason: String
        /// The mean over its scored evaluations, by split.
        public var scores: [String: Double]
        /// How many evaluations it has, by split.
        public var evaluations: [String: Int]

        public init(
            candidate: Candidate, step: Int?, intent: String?, rationale: String?, fate: String?, fateReason: String,
            scores: [String: Double], evaluations: [String: Int]
        ) {
            self.candidate = candidate
            self.step = step
            self.intent = intent
            self.rationale = rationale
            self.fate = fate
            self.fateReason = fateReason
            self.scores = scores
            self.evaluations = evaluations
        }
    }

    /// One candidate on one example.
    public struct Result: Sendable {
        public var step: Int?
        public var candidate: Candidate.ID
        public var example: Example
        public var split: String
        public var repetition: Int
        /// By metric.
        public var scores: [String: Score]
        public var score: Double?
        /// Nil after the trace was deleted.
        public var trace: Int?
        /// Nanoseconds of the execution; nil where it is not known any more.
        public var duration: Int64?

        public init(
            step: Int?, candidate: Candidate.ID, example: Example, split: String, repetition: Int,
            scores: [String: Score], score: Double?, trace: Int?, duration: Int64? = nil
        ) {
            self.step = step
            self.candidate = candidate
            self.example = example
            self.split = split
            self.repetition = repetition
            self.scores = scores
            self.score = score
            self.trace = trace
            self.duration = duration
        }
    }

    /// One event as the journal keeps it.
    public struct Event: Sendable {
        public var step: Int
        public var kind: String
        public var content: Fields

        public init(step: Int, kind: String, content: Fields) {
            self.step = step
            self.kind = kind
            self.content = content
        }
    }

    /// One committed step.
    public struct Step: Sendable {
        /// 0 is the baseline.
        public var number: Int
        /// Of this step alone.
        public var spend: Usage
        /// Seconds from the beginning of the run to its beginning and to its end; nil where they were not kept.
        public var seconds: ClosedRange<Double>?

        public init(number: Int, spend: Usage, seconds: ClosedRange<Double>?) {
            self.number = number
            self.spend = spend
            self.seconds = seconds
        }
    }

    public var name: String
    public var attempt: Int
    public var workflow: String
    public var optimizer: String
    public var seed: UInt64
    /// `finished`, `interrupted` or `failed`; nil while it runs.
    public var status: String?
    public var reason: String?
    public var best: Candidate.ID?
    public var verdict: Verdict?
    public var spend: Usage
    public var paid: Usage?
    /// Seconds of wall clock; nil while it runs.
    public var seconds: Double?
    public var started: Date
    public var parameters: ParameterSpace
    public var trials: [Trial]
    public var results: [Result]
    public var events: [Event]
    public var steps: [Step]
    /// What the winner's changes are worth, as `optrace credit --json` prints it; nil when nobody has asked.
    public var credit: Value?

    public init(
        name: String, attempt: Int, workflow: String, optimizer: String, seed: UInt64, status: String?,
        reason: String?, best: Candidate.ID?, verdict: Verdict?, spend: Usage, paid: Usage?, seconds: Double?,
        started: Date, parameters: ParameterSpace, trials: [Trial], results: [Result], events: [Event],
        steps: [Step] = [], credit: Value? = nil
    ) {
        self.name = name
        self.attempt = attempt
        self.workflow = workflow
        self.optimizer = optimizer
        self.seed = seed
        self.status = status
        self.reason = reason
        self.best = best
        self.verdict = verdict
        self.spend = spend
        self.paid = paid
        self.seconds = seconds
        self.started = started
        self.parameters = parameters
        self.trials = trials
        self.results = results
        self.events = events
        self.steps = steps
        self.credit = credit
    }

    /// `name#attempt`.
    public var label: String { "\(name)#\(attempt)" }

    /// The trial of the candidate `id`.
    public func trial(_ id: Candidate.ID) -> Trial? { trials.first { $0.candidate.id == id } }

    /// The values of a candidate, with what it leaves as it was.
    public func values(of candidate: Candidate) -> Candidate {
        Candidate(
            id: candidate.id, values: parameters.seed.values.merging(candidate.values) { _, own in own },
            parents: candidate.parents, origin: candidate.origin)
    }
}
