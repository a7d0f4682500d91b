public import Evaluation
public import LanguageModels
public import TraceGraph

/// What an optimizer is given to work with at one step.
public struct ProposalContext: Sendable {
    /// Counted from 1.
    public var step: Int
    /// The parameters the optimizer may change.
    public var parameters: ParameterSpace
    /// What the workflow is for, and what a good output is, in words; may be empty.
    public var objective: String
    /// The candidate to improve on: the best one, unless the optimizer chose another.
    public var parent: Candidate
    /// The parent on the step's minibatch of train examples: traces with feedback, scores. Empty where the trial rule is
    /// ``TrialRule/whole``.
    public var evaluations: [Evaluation]
    /// The parent's mean score on the validation split.
    public var parentScore: Double
    /// The worst and the best value the objective can have; nil where there is no bound.
    public var scale: ScoreScale
    /// Limits that the objective sets on the means of metrics.
    public var constraints: [MetricConstraint] = []
    /// What right looks like, from the train split alone; nil when nothing is expected.
    public var expectations: ExpectationSummary?
    /// Every candidate tried so far with its mean score on what it was run on, in order.
    public var history: [TriedCandidate]
    /// What candidates were run on of the train split so far, in the order of the split, ``evaluations`` included.
    public var trainRuns: [Candidate.ID: [Evaluation]] = [:]
    /// Which way the metrics of the objective are better.
    public var directions: [String: MetricDirection] = [:]
    /// How many examples the validation split has.
    public var validationCount: Int
    /// Where to run values that are no proposals.
    public var workbench: Workbench
    /// How many proposals are wanted.
    public var siblings: Int
    /// The model to ask, and its name.
    public var model: any LanguageModel
    /// The name of the model to ask.
    public var modelName: ModelName
    /// Where all randomness of the step comes from.
    public var random: SeededGenerator
    /// Why a value cannot be run although its definition allows it; nil when it can.
    public var objection: @Sendable (Value, ParameterDefinition) async throws -> String?
    /// The model calls of the run so far, those of its workflow included; the same whenever the run is repeated.
    public var callsSpent: @Sendable () -> Int = { 0 }
    /// Whether the budget, without what is set aside for the gate, reaches for a step that takes so much.
    public var canAfford: @Sendable (StepOutlook) -> Bool = { _ in true }
    /// Told which of two ways to go on turned out better, to be kept with the run.
    public var prefer: @Sendable (PreferencePair) -> Void = { _ in }
    /// Told what happened on the way, such as a reply that was refused and why.
    public var report: @Sendable (OptimizerNote) -> Void

    public init(
        step: Int, parameters: ParameterSpace, objective: String, parent: Candidate, evaluations: [Evaluation],
        parentScore: Double, scale: ScoreScale = ScoreScale(), expectations: ExpectationSummary?,
        history: [TriedCandidate],
        validationCount: Int = 0, workbench: Workbench? = nil, siblings: Int,
        model: any LanguageModel, modelName: ModelName, random: SeededGenerator,
        objection: @escaping @Sendable (Value, ParameterDefinition) async throws -> String?,
        report: @escaping @Sendable (OptimizerNote) -> Void
    ) {
        self.step = step
        self.parameters = parameters
        self.objective = objective
        self.parent = parent
        self.evaluations = evaluations
        self.parentScore = parentScore
        self.scale = scale
        self.expectations = expectations
        self.history = history
        self.validationCount = validationCount
        self.workbench = workbench ?? Workbench(train: []) { _, _, _ in [] }
        self.siblings = siblings
        self.model = model
        self.modelName = modelName
        self.random = random
        self.objection = objection
        self.report = report
    }
}

extension ProposalContext {
    /// Whether the parent scores nothing as far as is known, neither here nor on validation, so that there is nothing to
    /// stay near to. Never where the objective has no bottom.
    public var isAtTheBottom: Bool {
        scale.isBottom(parentScore) && evaluations.allSatisfy { scale.isBottom($0.score) }
    }
}

/// Something an optimizer wants on record.
public struct OptimizerNote: Sendable, Hashable, Codable {
    /// What sort of note it is.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// A model was asked and answered.
        case asked
        /// A reply or a value was not taken.
        case refused
        /// A model was asked again, shown what was wrong.
        case askedAgain = "asked_again"
        /// The reply was cut off at its limit.
        case cut
        /// The model said that nothing should change.
        case nothingToDo = "nothing_to_do"
        /// Anything else worth knowing.
        case remark
    }

    /// What sort of note it is.
    public var kind: Kind
    /// In one line, without prompt text.
    public var text: String
    /// The key of the completion it is about, 64 hex digits.
    public var completion: String?

    public init(_ kind: Kind, _ text: String, completion: String? = nil) {
        self.kind = kind
        self.text = text
        self.completion = completion
    }
}
