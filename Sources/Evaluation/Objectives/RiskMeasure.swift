/// What many scores come to as one number: their mean, or a number that minds the bad ones more.
public enum RiskMeasure: Sendable, Hashable, Codable {
    case mean
    /// Conditional value at risk: the mean of the worst `share` of the scores (Rockafellar and Uryasev 2000).
    case tail(share: Double)
    /// Mixed value at risk: ((1 + weight) ∫₀^low Q + ∫_low^high Q) / ((1 + weight) low + high − low), Q the quantiles of
    /// the scores. The best 1 − high are left out, the worst `low` count 1 + weight times.
    case mixed(low: Double, high: Double, weight: Double)

    /// With the usual shares: the worst fifth half as much again, the best fifth not at all.
    public static let mixed = RiskMeasure.mixed(low: 0.2, high: 0.8, weight: 0.5)

    /// The measure of `scores`, more being better; nil without any.
    ///
    /// Of nine tenths at .9 and the rest at 0 the mean is .81, the worst fifth .45, and the mixed measure .75.
    ///
    /// - Complexity: O(n log n).
    public func callAsFunction(_ scores: [Double]) -> Double? {
        guard !scores.isEmpty else { return nil }
        switch self {
        case .mean: return Sample(scores).mean
        case .tail(let share):
            guard share > 0 else { return scores.min() }
            return Self.area(under: scores.sorted(), from: 0, to: min(1, share)) / min(1, share)
        case .mixed(let low, let high, let weight):
            let sorted = scores.sorted()
            let area =
                (1 + weight) * Self.area(under: sorted, from: 0, to: low)
                + Self.area(under: sorted, from: low, to: high)
            return area / ((1 + weight) * low + high - low)
        }
    }

    /// ∫ Q(u) du, each score having the same share of the way from 0 to 1.
    private static func area(under sorted: [Double], from low: Double, to high: Double) -> Double {
        let count = Double(sorted.count)
        var area = 0.0
        for (place, score) in sorted.enumerated() {
            let overlap = min(high, Double(place + 1) / count) - max(low, Double(place) / count)
            if overlap > 0 { area += overlap * score }
        }
        return area
    }

    /// In a word or two: `mean`, `worst 20 %`.
    public var summary: String {
        switch self {
        case .mean: "mean"
        case .tail(let share): "mean of the worst \(FeedbackText.number(share * 100)) %"
        case .mixed(let low, let high, _):
            "mixed risk from \(FeedbackText.number(low * 100)) to \(FeedbackText.number(high * 100)) %"
        }
    }
}
