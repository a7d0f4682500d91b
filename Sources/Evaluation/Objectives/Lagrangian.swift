/// Prices of soft limits, raised while a limit is broken and lowered while it is held with room to spare:
/// R − Σ λ (C − τ) with λ ← max(0, λ + η (C − τ)).
public struct Lagrangian: Sendable, Hashable, Codable {
    /// The limits that have prices, in order.
    public let constraints: [MetricConstraint]
    /// η: how fast prices follow.
    public let rate: Double
    /// λ, one a constraint; never negative.
    public private(set) var prices: [Double]

    public init(_ constraints: [MetricConstraint], rate: Double = 1) {
        self.constraints = constraints
        self.rate = rate
        prices = constraints.map { _ in 0 }
    }

    /// `reward` less what the excesses cost. A metric without a value costs nothing.
    public func value(of reward: Double, _ scores: [String: Double]) -> Double {
        zip(constraints, prices).reduce(reward) { rest, part in
            rest - part.1 * (scores[part.0.metric].map(part.0.excess) ?? 0)
        }
    }

    /// Prices after seeing `scores`, example by example.
    public mutating func update(seeing scores: [[String: Double]]) {
        for (place, constraint) in constraints.enumerated() {
            guard let excess = constraint.excess(in: scores) else { continue }
            prices[place] = max(0, prices[place] + rate * excess)
        }
    }
}
