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
        case .tail(let share) where share <= 0: return scores.min()
        default:
            // What does not count may be infinitely bad.
            return zip(weights(count: scores.count), scores.sorted()).reduce(0) { $1.0 == 0 ? $0 : $0 + $1.0 * $1.1 }
        }
    }

    /// What each of so many scores counts, from the lowest to the highest; they add up to 1.
    ///
    /// - Complexity: O(count).
    public func weights(count: Int) -> [Double] {
        (0..<count).map { place in
            switch self {
            case .mean: return 1 / Double(count)
            case .tail(let share):
                guard share > 0 else { return place == 0 ? 1 : 0 }
                return Self.overlap(place, of: count, from: 0, to: min(1, share)) / min(1, share)
            case .mixed(let low, let high, let weight):
                let area =
                    (1 + weight) * Self.overlap(place, of: count, from: 0, to: low)
                    + Self.overlap(place, of: count, from: low, to: high)
                return area / ((1 + weight) * low + high - low)
            }
        }
    }

    /// How much of a part of the way from 0 to 1 belongs to one score, each having the same share of the way.
    private static func overlap(_ place: Int, of count: Int, from low: Double, to high: Double) -> Double {
        max(0, min(high, Double(place + 1) / Double(count)) - max(low, Double(place) / Double(count)))
    }

    /// In a word or two: `mean`, `worst 20 %`.
    public var summary: String {
        switch self {
        case .mean: "mean"
        case .tail(let share) where share <= 0: "worst"
        case .tail(let share): "mean of the worst \(FeedbackText.number(share * 100)) %"
        case .mixed(let low, let high, _):
            "mixed risk from \(FeedbackText.number(low * 100)) to \(FeedbackText.number(high * 100)) %"
        }
    }
}
