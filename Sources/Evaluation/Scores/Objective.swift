/// What a run tries to make as large as possible: a weighted sum of metrics, or what that comes to once risk, limits and
/// several aims at once are minded.
public struct Objective: Sendable, Hashable, Codable {
    /// One metric's part in the sum.
    public struct Term: Sendable, Hashable, Codable {
        /// The metric's name.
        public var metric: String
        /// Whether more or less of it is better.
        public var direction: MetricDirection
        /// How much one unit of the metric counts; not negative.
        public var weight: Double

        public init(_ metric: String, _ direction: MetricDirection, weight: Double = 1) {
            self.metric = metric
            self.direction = direction
            self.weight = weight
        }
    }

    /// How limits count.
    public enum LimitRule: Sendable, Hashable, Codable {
        /// Holding them comes before any reward.
        case first
        /// Beyond them every unit has a price that follows how far the best candidate is beyond them.
        case priced(rate: Double)
    }

    /// The sum; where there is a front, the aims.
    public var terms: [Term]
    /// What the sums of all examples come to.
    public var risk = RiskMeasure.mean
    /// Limits on the means of metrics.
    public var constraints: [MetricConstraint] = []
    /// What counts where a limit is exceeded.
    public var limitRule = LimitRule.first
    /// Whether no term may be bought with another: a candidate is better when it is nowhere worse on average.
    public var isFront = false
    /// How scores over small changes of the prompt count; nil to run a candidate as it is only.
    public var robustness: Robustness?

    public init(_ terms: [Term]) { self.terms = terms }

    /// What a gate calls the objective's own scores, where they are another thing than those of one metric.
    public static let name = "objective"

    /// What a gate tests that was not told: the objective itself where it is a sum of several metrics, or has to hold under
    /// small changes; else the metric it is about, for a front the first one. Nil without terms.
    public var gateMetric: String? {
        robustness != nil || (terms.count > 1 && !isFront) ? Self.name : terms.first?.metric
    }

    /// Whether candidates compare by the mean of the sum alone.
    public var isPlain: Bool { risk == .mean && constraints.isEmpty && !isFront }

    /// The objective of a workflow with one metric: that metric.
    public init(_ metric: some Metric) {
        self.init([Term(metric.name, metric.direction)])
    }

    /// Σ weight × value, what is to be minimised counting negative: larger is better, always.
    ///
    /// - Parameter scores: The values by metric.
    /// - Returns: Nil when a metric of the objective has no value.
    public func value(of scores: [String: Double]) -> Double? {
        var sum = 0.0
        for term in terms {
            guard let score = scores[term.metric] else { return nil }
            sum += term.weight * (term.direction == .maximize ? score : -score)
        }
        return sum
    }

    /// The objective in words: `maximize accuracy − 0.1 × latency`.
    public var summary: String {
        var text = isFront ? "front of " + terms.map(\.aim).joined(separator: ", ") : sumSummary
        if risk != .mean { text += ", \(risk.summary)" }
        if let robustness {
            text += ", mean less \(FeedbackText.number(robustness.kappa)) deviations over perturbations"
        }
        if !constraints.isEmpty {
            text += ", subject to " + constraints.map(\.summary).joined(separator: ", ")
            if case .priced = limitRule { text += " (priced)" }
        }
        return text
    }

    private var sumSummary: String {
        if let only = terms.first, terms.count == 1 {
            return "\(only.direction.rawValue) \(only.metric)"
        }
        var text = "maximize"
        for (place, term) in terms.enumerated() {
            switch (place, term.direction) {
            case (0, .maximize): text += " "
            case (0, .minimize): text += " −"
            case (_, .maximize): text += " + "
            case (_, .minimize): text += " − "
            }
            let weight = Int(exactly: term.weight).map(String.init) ?? "\(term.weight)"
            text += term.weight == 1 ? term.metric : "\(weight) × \(term.metric)"
        }
        return text
    }
}

extension Objective.Term {
    fileprivate var aim: String { "\(direction.rawValue) \(metric)" }
}
