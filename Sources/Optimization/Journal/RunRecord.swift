public import Evaluation
public import LanguageModels
public import TraceGraph

/// What a run is, known before its first step.
public struct RunRecord: Sendable {
    /// `workflow-1a2b3c4d`: the workflow and a digest of everything that decides the run's course. The same inputs, seed
    /// and options give the same name; a store counts the attempts.
    public var name: String
    /// The workflow's name.
    public var workflow: String
    /// The optimizer's name.
    public var optimizer: String
    /// What all draws begin with.
    public var seed: UInt64
    /// Settings, models and splits, for people and for replays.
    public var settings: Value
    public var parameters: ParameterSpace

    public init(
        name: String, workflow: String, optimizer: String, seed: UInt64, settings: Value, parameters: ParameterSpace
    ) {
        self.name = name
        self.workflow = workflow
        self.optimizer = optimizer
        self.seed = seed
        self.settings = settings
        self.parameters = parameters
    }
}

/// One turn of the loop with everything that happened in it. Step 0 is the seed's baseline, the last one the gate.
public struct StepRecord: Sendable {
    public var index: Int
    /// What happened, in order.
    public var events: [RunEvent]
    /// Made in this step.
    public var candidates: [Candidate]
    /// Run in this step, with the split each example is from.
    public var evaluations: [SplitEvaluation]
    /// Executions of the optimizer itself and its notes.
    public var notes: [OptimizerNote]
    /// Calls of this step that no cache keeps.
    public var lost: [LostCall]
    /// Ways to go on that turned out better than others.
    public var preferences: [PreferencePair]
    /// The optimizer's state after the step; nil where it has none.
    public var optimizer: OptimizerState?
    /// All that was spent up to the end of the step.
    public var spend: Usage
    /// Requests that failed up to the end of the step.
    public var failures: Int
    /// Seconds of wall clock up to the end of the step, earlier attempts included.
    public var seconds: Double

    public init(
        index: Int, events: [RunEvent], candidates: [Candidate], evaluations: [SplitEvaluation],
        notes: [OptimizerNote], preferences: [PreferencePair] = [], optimizer: OptimizerState?, spend: Usage,
        failures: Int = 0, seconds: Double = 0, lost: [LostCall] = []
    ) {
        self.index = index
        self.events = events
        self.candidates = candidates
        self.evaluations = evaluations
        self.notes = notes
        self.preferences = preferences
        self.optimizer = optimizer
        self.spend = spend
        self.failures = failures
        self.seconds = seconds
        self.lost = lost
    }
}

/// An evaluation and the part of the data its example is from.
public struct SplitEvaluation: Sendable {
    /// `train`, `validation`, `holdout`, `rerun` or `recorded`.
    public var split: String
    /// What came of it.
    public var evaluation: Evaluation

    public init(split: String, evaluation: Evaluation) {
        self.split = split
        self.evaluation = evaluation
    }
}

/// How a run ended.
public struct RunConclusion: Sendable {
    /// Whether the run came to its end.
    public enum Status: String, Sendable, Hashable, Codable {
        case finished, interrupted, failed
    }

    /// Whether the run came to its end.
    public var status: Status
    /// Why the loop stopped, in a phrase.
    public var reason: String
    /// The best candidate, also when it is the first.
    public var best: Candidate
    /// Nil when the gate was not reached.
    public var verdict: Verdict?
    /// The spend that decides budgets, the same for every repetition of the run.
    public var spend: Usage
    /// What was really requested in this process.
    public var paid: Usage
    /// Seconds of wall clock, earlier attempts included.
    public var seconds: Double
    /// Requests that failed, those that were then made again included.
    public var failures: Int
    /// Whether the budget ended the run before it had done all it was asked for.
    public var isBudgetExhausted: Bool
    /// The candidates that none beats in every aim; nil where the objective has one aim.
    public var front: FrontReport?

    public init(
        status: Status, reason: String, best: Candidate, verdict: Verdict?, spend: Usage, paid: Usage, seconds: Double,
        failures: Int = 0, isBudgetExhausted: Bool = false, front: FrontReport? = nil
    ) {
        self.status = status
        self.reason = reason
        self.best = best
        self.verdict = verdict
        self.spend = spend
        self.paid = paid
        self.seconds = seconds
        self.failures = failures
        self.isBudgetExhausted = isBudgetExhausted
        self.front = front
    }
}
