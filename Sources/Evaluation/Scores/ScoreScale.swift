/// The ends of what an objective can be: 0 and 1 for one metric that compares outputs with what was expected.
public struct ScoreScale: Sendable, Hashable {
    /// The worst value; nil when there is no bound.
    public var bottom: Double?
    /// The best value; nil when there is no bound.
    public var top: Double?

    public init(bottom: Double? = 0, top: Double? = 1) {
        self.bottom = bottom
        self.top = top
    }

    /// The scale of `objective` over `metrics`, whose worst values are known; `top` is its best value.
    public init(of objective: Objective, metrics: [any Metric], top: Double?) {
        var bottom: Double? = 0
        for term in objective.terms {
            let sign = term.direction == .maximize ? term.weight : -term.weight
            let worst = metrics.first { $0.name == term.metric }?.worst
            bottom = bottom.flatMap { sum in worst.map { sum + sign * $0 } }
        }
        self.init(bottom: bottom, top: top)
    }

    /// Whether nothing can be worse. No score counts as the worst there is.
    public func isBottom(_ score: Double?) -> Bool {
        guard let score else { return true }
        return bottom.map { score <= $0 } ?? false
    }

    /// Whether nothing can be better.
    public func isTop(_ score: Double?) -> Bool {
        guard let score, let top else { return false }
        return score >= top
    }
}
