public import Evaluation
public import TraceGraph

/// A candidate of an earlier step with what it scored.
public struct TriedCandidate: Sendable {
    /// What was tried.
    public var candidate: Candidate
    /// The mean over `examples`; nil when none could be scored.
    public var score: Double?
    /// How many examples it was run on: of validation if it got that far, else of its minibatch.
    public var examples: Int
    /// Whether it became the best candidate when it was tried.
    public var wasAccepted: Bool
    /// On the validation split, as far as it was run; empty when a minibatch ruled it out.
    public var validation: [Evaluation]

    public init(
        candidate: Candidate, score: Double?, examples: Int, wasAccepted: Bool, validation: [Evaluation] = []
    ) {
        self.candidate = candidate
        self.score = score
        self.examples = examples
        self.wasAccepted = wasAccepted
        self.validation = validation
    }
}

/// The candidates an optimizer can go on from.
public struct CandidatePool: Sendable {
    /// Every candidate tried so far, in order; the first is the seed.
    public var tried: [TriedCandidate]
    /// The best one on validation.
    public var best: Candidate
    /// How many examples the validation split has.
    public var validationCount: Int
    /// Where all randomness of the choice comes from.
    public var random: SeededGenerator
    /// Which way the metrics of the objective are better.
    public var directions: [String: MetricDirection]
    /// The limits of the objective that come before any score.
    public var constraints: [MetricConstraint]

    public init(
        tried: [TriedCandidate], best: Candidate, validationCount: Int, random: SeededGenerator,
        directions: [String: MetricDirection] = [:], constraints: [MetricConstraint] = []
    ) {
        self.tried = tried
        self.best = best
        self.validationCount = validationCount
        self.random = random
        self.directions = directions
        self.constraints = constraints
    }

    /// Those that were run on the whole validation split.
    public var validated: [TriedCandidate] {
        tried.filter { $0.validation.count == validationCount }
    }
}
