public import Evaluation
public import LanguageModels
public import TraceGraph

/// A workflow file as it was read: everything checked, nothing run.
public struct WorkflowFile: Sendable {
    /// The file's path as it was given.
    public var path: String
    public var name: String
    /// What the workflow is for and what a good output is; may be empty.
    public var description: String
    public var inputs: [WorkflowInput]
    public var constants: [WorkflowConstant]
    /// In the order they are declared.
    public var models: [ModelRole]
    public var parameters: [WorkflowParameter]
    /// In an order in which every step comes after those it reads.
    public var steps: [WorkflowStep]
    public var output: Expression
    /// All steps, those inside other steps included.
    public var allSteps: [WorkflowStep] { steps.flatMap(\.withInner) }
    /// Where traces that were recorded elsewhere hold the parameters' values.
    public var bindings: [TraceBinding] = []
    /// Whether it only says how to read what was recorded elsewhere, and has no steps to run.
    public var isObserved: Bool { steps.isEmpty }
    public var data: DataSource?
    public var metrics: [MetricDeclaration]
    /// What `objective` says; for a file with one metric and no objective, that metric. Nil without metrics.
    public var objective: Objective?
    public var optimize: OptimizeSettings
    public var gate: GateSettings?
    /// The environment variables that the file fills in, with what they were set to; nil for those that were not set.
    /// They may hold secrets.
    public var variables: [String: String?]
    /// What the file says, as a part of its ``fingerprint``.
    var document: Value
    /// What is doubtful, in the order of its places.
    public var warnings: [WorkflowProblem]
}

/// An input that every example has to give.
public struct WorkflowInput: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case text, number, integer, flag, list, object, any

        /// Whether `value` can be this input.
        public func accepts(_ value: Value) -> Bool {
            switch self {
            case .text: value.text != nil
            case .number: value.number != nil
            case .integer: value.integer != nil
            case .flag: value.flag != nil
            case .list: value.list != nil
            case .object: value.object != nil
            case .any: true
            }
        }
    }

    public var name: String
    public var kind: Kind
    public var location: FileLocation
}

/// A value that does not change.
public struct WorkflowConstant: Sendable, Hashable {
    public var name: String
    public var value: Value
    /// The file the value was read from; nil when it stands in the workflow file.
    public var file: String?
    public var location: FileLocation
}

/// A role that models play in the workflow, and who plays it.
public struct ModelRole: Sendable, Hashable {
    public var role: String
    /// Who plays it, after following other roles.
    public var model: ModelName
    /// Who may answer where that model fails, in this order.
    public var fallbacks: [ModelName] = []
    public var location: FileLocation
}

/// A parameter and where its value is kept.
public struct WorkflowParameter: Sendable, Hashable {
    public var definition: ParameterDefinition
    /// The file the value was read from; nil when it stands in the workflow file.
    public var file: String?
    /// The place of the value: in `file`, or in the workflow file.
    public var location: FileLocation
}

/// What `optimize` says.
public struct OptimizeSettings: Sendable, Hashable {
    /// The most steps a run can be asked for.
    public static let mostSteps = 100_000
    /// The most examples a step can be asked to look at.
    public static let mostExamples = 100_000
    /// The most proposals a step can be asked for.
    public static let mostSiblings = 1_000

    /// The optimizer's name; nil when not said.
    public var optimizer: String?
    /// The optimizer's own options, in the order they are written.
    public var options: [OptimizerSetting] = []
    public var steps: Int?
    /// Train examples a step looks at.
    public var minibatch: Int?
    /// Proposals a step asks for.
    public var siblings: Int?
    public var seed: Int?
    /// How often each example is run; nil when not said.
    public var repeats: RepeatPlan?
    public var budget: Budget
    /// The probability of failure from which on an execution is given up; nil for never.
    public var giveUp: Double?
    /// Where `optimizer` stands, for whoever knows which optimizers there are.
    public var location: FileLocation?
}

/// One option of the optimizer, as the file gives it.
public struct OptimizerSetting: Sendable, Hashable {
    public var name: String
    public var value: Value
    /// Where the name stands.
    public var location: FileLocation
    /// Where the value stands.
    public var valueLocation: FileLocation
}

/// What `gate` says.
public struct GateSettings: Sendable, Hashable {
    /// The metric that is tested, or ``Objective/name`` for the objective's own scores.
    public var metric: String
    /// The share of false alarms that is put up with.
    public var alpha: Double
    /// What an example of the winner may take at the most, on average.
    public var ceilings: [CostCeiling] = []
    /// The most candidates that are tested on the hold-out.
    public var finalists = 1
    /// Whether the cheapest one that is not significantly worse than the best wins.
    public var isThrifty = false
    /// How alpha is shared out over the runs tested on the same hold-out; nil when not said.
    public var looks: AlphaSpending.Schedule?
    /// What the scores of all examples come to at the gate; nil for what they come to in the objective.
    public var risk: RiskMeasure?
}
