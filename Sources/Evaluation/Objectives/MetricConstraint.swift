/// A limit on the mean of a metric that candidates have to hold.
public struct MetricConstraint: Sendable, Hashable, Codable {
    /// The metric that is limited.
    public var metric: String
    /// Whether the mean may be at most (`minimize`) or must be at least (`maximize`) the limit.
    public var direction: MetricDirection
    /// Where the limit is, in the metric's unit.
    public var limit: Double

    public init(_ metric: String, atMost limit: Double) {
        self.metric = metric
        self.direction = .minimize
        self.limit = limit
    }

    public init(_ metric: String, atLeast limit: Double) {
        self.metric = metric
        self.direction = .maximize
        self.limit = limit
    }

    /// How far `value` is beyond the limit: above 0 where it is broken, in the metric's unit.
    public func excess(of value: Double) -> Double { direction == .minimize ? value - limit : limit - value }

    /// What a run says about the limit; nil where it was not measured, and where the run failed: such a run has used little
    /// and done nothing, and holds no limit by that.
    public func value(of evaluation: Evaluation) -> Double? {
        evaluation.hasFailed ? nil : evaluation.scores[metric]?.value
    }

    /// How far the mean of what runs say lies beyond the limit; nil where none says anything.
    public func excess(of evaluations: [Evaluation]) -> Double? {
        Sample(evaluations.compactMap(value)).mean.map(excess)
    }

    /// The mean of the excess over examples; nil when not one has a value.
    public func excess(in scores: [[String: Double]]) -> Double? {
        Sample(scores.compactMap { $0[metric] }).mean.map(excess)
    }

    /// `cost ≤ 0.2`.
    public var summary: String {
        "\(metric) \(direction == .minimize ? "≤" : "≥") \(FeedbackText.number(limit))"
    }
}

/// What a candidate is worth where constraints come first: one that holds them beats one that does not, among those that
/// do the reward decides, among the others how far they are beyond (Deb 2000).
public struct FeasibleStanding: Sendable, Hashable, Comparable {
    /// Σ max(0, excess) over the constraints.
    public var violation: Double
    /// What counts once nothing is beyond its limit: more is better.
    public var reward: Double

    public init(violation: Double, reward: Double) {
        self.violation = violation
        self.reward = reward
    }

    public static func < (a: FeasibleStanding, b: FeasibleStanding) -> Bool {
        a.violation == b.violation ? a.reward < b.reward : a.violation > b.violation
    }
}
