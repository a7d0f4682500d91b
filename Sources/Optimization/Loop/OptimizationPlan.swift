public import Evaluation

/// How a run goes about its work.
public struct OptimizationPlan: Sendable, Hashable, Codable {
    /// The most turns of the loop.
    public var steps: Int
    /// How many train examples a step looks at.
    public var minibatch: Int
    /// How many proposals are asked for at each step.
    public var siblings: Int
    /// Decides every random choice of the run.
    public var seed: UInt64
    /// The run ends after this many steps in a row without an accepted candidate; nil for never.
    public var patience: Int?
    /// The run ends when the validation score reaches this; nil when no score is perfect.
    public var perfectScore: Double?
    /// How often each example is run; its scores are averaged.
    public var repeats: RepeatPlan

    public init(
        steps: Int = 10, minibatch: Int = 8, siblings: Int = 2, seed: UInt64 = 0, patience: Int? = 5,
        perfectScore: Double? = nil, repeats: RepeatPlan = .single
    ) {
        self.steps = steps
        self.minibatch = minibatch
        self.siblings = siblings
        self.seed = seed
        self.patience = patience
        self.perfectScore = perfectScore
        self.repeats = repeats
    }
}
