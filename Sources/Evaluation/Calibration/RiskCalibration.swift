/// Raw risk scores of a guard as probabilities, with a threshold for each strictness.
public struct RiskCalibration: Sendable, Hashable, Codable {
    /// How much harm may pass.
    public enum Strictness: String, Sendable, Hashable, Codable, CaseIterable {
        case strict, balanced, lenient

        /// The share of harmful ones among those let through, at the most.
        public var tolerance: Double {
            switch self {
            case .strict: 0.01
            case .balanced: 0.05
            case .lenient: 0.2
            }
        }
    }

    /// What a threshold does to the outcomes it was chosen on.
    public struct Threshold: Sendable, Hashable, Codable {
        /// Scores up to this pass; nil when none may.
        public var score: Double?
        /// How many of the examples passed.
        public var passed: Int
        /// Harmful ones among them.
        public var harmful: Int
        /// What their share is at the most, with the confidence asked for; 1 when none passed.
        public var upperBound: Double
    }

    /// How likely failing is for each score.
    public let fit: IsotonicFit
    private let outcomes: [Outcome]

    private struct Outcome: Sendable, Hashable, Codable {
        var score: Double
        var isHarmful: Bool
    }

    /// - Parameter outcomes: Raw scores with what turned out to be true. Scores that are not finite are left out.
    /// - Complexity: O(n log n).
    public init(_ outcomes: [(score: Double, isHarmful: Bool)]) {
        let usable = outcomes.filter(\.score.isFinite)
        fit = IsotonicFit(usable.map { ($0.score, $0.isHarmful ? 1 : 0, 1) })
        self.outcomes = usable.map { Outcome(score: $0.score, isHarmful: $0.isHarmful) }.sorted { $0.score < $1.score }
    }

    /// Outcomes with a score.
    public var count: Int { outcomes.count }
    /// Of these, how many were harmful.
    public var harmful: Int { outcomes.count(where: \.isHarmful) }

    /// The probability of harm at a raw score; nil without outcomes.
    public func probability(_ score: Double) -> Double? { fit(score) }

    /// The highest threshold at which the share of harmful ones among those that pass is within `tolerance`, by its exact
    /// upper bound (Clopper and Pearson) and not by what happened to be seen.
    public func threshold(tolerating tolerance: Double, confidence: Double = 0.95) -> Threshold {
        var best = Threshold(score: nil, passed: 0, harmful: 0, upperBound: 1)
        var harmful = 0
        for (place, outcome) in outcomes.enumerated() {
            if outcome.isHarmful { harmful += 1 }
            // Equal scores pass or stay together.
            if place + 1 < outcomes.count, outcomes[place + 1].score == outcome.score { continue }
            let bound = ProportionInterval.upperBound(successes: harmful, of: place + 1, confidence: confidence)
            if bound <= tolerance {
                best = Threshold(score: outcome.score, passed: place + 1, harmful: harmful, upperBound: bound)
            }
        }
        return best
    }

    /// The threshold of a strictness.
    public func threshold(_ strictness: Strictness, confidence: Double = 0.95) -> Threshold {
        threshold(tolerating: strictness.tolerance, confidence: confidence)
    }
}
