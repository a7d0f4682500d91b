/// What a run tries to make as large as possible: a weighted sum of metrics.
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

    public var terms: [Term]

    public init(_ terms: [Term]) { self.terms = terms }

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
