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
    /// The candidate to improve on.
    public var parent: Candidate
    /// The parent on the step's minibatch of train examples: traces with feedback, scores.
    public var evaluations: [Evaluation]
    /// The parent's mean score on the validation split.
    public var parentScore: Double
    /// The worst and the best value the objective can have; nil where there is no bound.
    public var scale: ScoreScale
    /// What right looks like, from the train split alone; nil when nothing is expected.
    public var expectations: ExpectationSummary?
    /// Every candidate tried so far with its mean score on what it was run on, in order.
    public var history: [TriedCandidate]
    /// How many proposals are wanted.
    public var siblings: Int
    /// The model to ask, and its name.
    public var model: any LanguageModel
    public var modelName: ModelName
    /// Where all randomness of the step comes from.
    public var random: SeededGenerator
    /// Why a value cannot be run although its definition allows it; nil when it can.
    public var objection: @Sendable (Value, ParameterDefinition) async throws -> String?
    /// Told what happened on the way, such as a reply that was refused and why.
    public var report: @Sendable (OptimizerNote) -> Void

    public init(
        step: Int, parameters: ParameterSpace, objective: String, parent: Candidate, evaluations: [Evaluation],
        parentScore: Double, scale: ScoreScale = ScoreScale(), expectations: ExpectationSummary?,
        history: [TriedCandidate], siblings: Int,
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

/// A candidate of an earlier step with what it scored.
public struct TriedCandidate: Sendable {
    public var candidate: Candidate
    /// The mean over `examples`; nil when none could be scored.
    public var score: Double?
    /// How many examples it was run on.
    public var examples: Int
    public var wasAccepted: Bool

    public init(candidate: Candidate, score: Double?, examples: Int, wasAccepted: Bool) {
        self.candidate = candidate
        self.score = score
        self.examples = examples
        self.wasAccepted = wasAccepted
    }
}

/// Something an optimizer wants on record.
public struct OptimizerNote: Sendable, Hashable, Codable {
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
