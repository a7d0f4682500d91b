public import Evaluation
public import LanguageModels
public import TraceGraph

/// One optimization job: looks at minibatches of train examples, has an optimizer propose changes, keeps what is better
/// on the validation split, and lets the gate decide on the hold-out.
///
/// Everything it does is decided by the plan's seed and the models' replies: repeated over the same replies it takes the
/// same decisions, in the same order, with the same spend.
public struct OptimizationLoop: Sendable {
    /// The data of a run.
    public struct Splits: Sendable {
        /// What proposals may be made from.
        public var train: [Example]
        /// What candidates are chosen by.
        public var validation: [Example]
        /// What the gate decides by, once.
        public var holdout: [Example]

        public init(train: [Example], validation: [Example], holdout: [Example]) {
            self.train = train
            self.validation = validation
            self.holdout = holdout
        }
    }

    /// What runs and scores candidates.
    public var evaluator: Evaluator
    /// The examples in their parts.
    public var splits: Splits
    /// How many steps, proposals and examples.
    public var plan: OptimizationPlan
    /// What decides at the end.
    public var gate: Gate
    /// What the workflow is for, in words; told to the optimizer.
    public var purpose: String
    /// What right looks like, from the train split.
    public var expectations: ExpectationSummary?
    /// The model the optimizer asks, with its name.
    public var model: any LanguageModel
    /// The name of the model that the optimizer asks.
    public var modelName: ModelName
    /// What spends the budget.
    public var ledger: Ledger
    /// Where the run is written down.
    public var journal: any RunJournal
    /// Ends the run as interrupted, without a verdict.
    public var signal: StopSignal
    /// Asked between steps; a reason ends the loop, and the gate decides about what was found so far.
    public var stopRule: @Sendable () -> String?
    /// What earlier attempts at the same run have left.
    public var course: RecordedCourse
    /// The calls that no cache keeps; to be the one that ``model`` and the subject's models note them in, see
    /// ``RepeatingModel``.
    public var lost: LostCalls

    /// Learns what executions that fail look like; nil where none is given up early. The evaluator's subject asks it.
    public var monitor: RiskMonitor?

    public init(
        evaluator: Evaluator, splits: Splits, plan: OptimizationPlan = OptimizationPlan(), gate: Gate,
        purpose: String = "", expectations: ExpectationSummary? = nil, model: any LanguageModel, modelName: ModelName,
        ledger: Ledger, journal: any RunJournal = NoJournal(), signal: StopSignal = StopSignal(),
        stopRule: @escaping @Sendable () -> String? = { nil }, course: RecordedCourse = RecordedCourse(),
        lost: LostCalls = LostCalls(), monitor: RiskMonitor? = nil
    ) {
        self.evaluator = evaluator
        self.splits = splits
        self.plan = plan
        self.gate = gate
        self.purpose = purpose
        self.expectations = expectations
        self.model = model
        self.modelName = modelName
        self.ledger = ledger
        self.journal = journal
        self.signal = signal
        self.stopRule = stopRule
        self.course = course
        self.lost = lost
        self.monitor = monitor
    }

    /// The ends of what the objective can be.
    var scale: ScoreScale {
        ScoreScale(of: evaluator.objective, metrics: evaluator.metrics, top: plan.perfectScore)
    }

    /// Runs the job to its end.
    ///
    /// A step that the budget or a stop signal cuts short counts for nothing: the run ends with what the steps before it
    /// decided, and what was asked in it is in the cache for the next time.
    ///
    /// - Parameters:
    ///   - optimizer: Who proposes.
    ///   - record: What the run is called and made of, for the journal.
    ///   - events: Told what happens, in order.
    ///   - progress: Called after each example that was run, with the split and the number done of how many.
    /// - Throws: ``ModelError`` when no model can be reached any more, or not one example of the baseline got past it; what
    ///   the journal throws; `CancellationError` when the task is cancelled; ``UnrecordedFailure``, which has the error that
    ///   ended the run, when the journal cannot write that down. All committed steps are kept then.
    public func run(
        _ optimizer: some Optimizer, as record: RunRecord, events: @escaping @Sendable (RunEvent) -> Void = { _ in },
        progress: @escaping @Sendable (LoopProgress) -> Void = { _ in }
    ) async throws -> RunConclusion {
        lost.expect(course.lost)
        var run = LoopRun(self, optimizer: optimizer, events: events, progress: progress)
        try journal.begin(record)
        do {
            return try await run.conclude(named: record)
        } catch {
            let conclusion =
                error is CancellationError
                ? run.conclusion(.interrupted, reason: "cancelled", verdict: nil)
                : run.conclusion(.failed, reason: "\(error)", verdict: nil)
            do {
                try journal.finish(conclusion)
            } catch let journalError {
                throw UnrecordedFailure(of: error, journalError: journalError)
            }
            throw error
        }
    }
}

/// How far an evaluation has come.
public struct LoopProgress: Sendable {
    /// From 1; 0 is the baseline.
    public var step: Int
    /// What is being run.
    public var candidate: Candidate.ID
    /// On which part of the data.
    public var split: String
    /// Examples that have ended.
    public var done: Int
    public var count: Int
}
