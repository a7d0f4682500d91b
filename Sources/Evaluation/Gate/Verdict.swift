/// The gate's finding about a winner and the incumbent on the hold-out.
public struct Verdict: Sendable, Hashable, Codable {
    /// What to do with the winner.
    public enum Decision: String, Sendable, Hashable, Codable {
        /// The winner is better.
        case promote
        /// The incumbent stays: the winner is worse, breaks a ceiling for certain, or is no change at all.
        case keep
        /// These examples cannot tell.
        case inconclusive
    }

    /// How the p value and the interval were found.
    public enum Test: String, Sendable, Hashable, Codable {
        /// Exact McNemar test of 0/1 scores.
        case mcNemar
        /// Student's t of the paired differences.
        case pairedT
        /// Random signs of the paired differences.
        case signFlip
        /// BCa bootstrap of the paired differences.
        case bootstrap
        /// Random swaps of the scores of each example.
        case swap
        /// Nothing was tested.
        case none
    }

    /// What to do.
    public var decision: Decision
    /// The metric that was compared.
    public var metric: String
    public var direction: MetricDirection
    /// Over the examples compared; nil when there is none.
    public var incumbentMean: Double?
    /// Over the examples compared; nil when there is none.
    public var winnerMean: Double?
    /// Winner minus incumbent, of ``measure`` where there is one, in the metric's unit; negative is better for a metric to be minimised.
    public var difference: Double
    /// Of the difference, with confidence 1 − 2α: it lies on the better side of 0 when the winner is promoted. Nil when
    /// it has no bounds.
    public var interval: Interval?
    /// The one-sided p value of "better".
    public var pValue: Double
    /// The level the p value was held against.
    public var alpha: Double
    /// Examples compared.
    public var count: Int
    /// Examples on which the winner is better.
    public var fixes: Int
    /// Examples on which the winner is worse.
    public var breaks: Int
    /// How `pValue` and `interval` were found.
    public var test: Test
    /// Examples that would show a difference of the size seen, at this level and the gate's power; nil when the scores
    /// are equal or nothing can be said.
    public var neededCount: Int?
    /// Why the decision is what it is, a sentence each.
    public var reasons: [String]
    /// What makes the numbers doubtful: dropped examples, saturated scores.
    public var alarms: [String]
    /// The limits that were checked besides.
    public var ceilings: [CeilingVerdict]
    /// What an example took with each, on average; nil when it was not looked at.
    public var expense: Expense? = nil
    /// How near outputs came to what was expected, 0 to 1, on average; nil when it was not looked at.
    public var evidence: Evidence? = nil
    /// Where the spread of the winner's scores comes from; nil when each example was run once.
    public var noise: ScoreNoise? = nil

    /// What was compared where it is not the means.
    public var measure: Measure? = nil

    /// A number that the scores of all examples come to, such as the mean of the worst fifth.
    public struct Measure: Sendable, Hashable, Codable {
        /// In words.
        public var name: String
        /// The incumbent's, in the metric's unit.
        public var incumbent: Double
        /// The winner's.
        public var winner: Double

        public init(_ name: String, incumbent: Double, winner: Double) {
            self.name = name
            self.incumbent = incumbent
            self.winner = winner
        }
    }

    /// The two numbers whose difference was tested, and what they are: the means of a metric, or a measure of it. Nil where
    /// nothing was compared.
    public var compared: Measure? {
        if let measure {
            return Measure("\(measure.name) of \(metric)", incumbent: measure.incumbent, winner: measure.winner)
        }
        guard let incumbentMean, let winnerMean else { return nil }
        return Measure(metric, incumbent: incumbentMean, winner: winnerMean)
    }

    /// See ``Evaluation/evidence``.
    public struct Evidence: Sendable, Hashable, Codable {
        /// The incumbent's mean.
        public var incumbent: Double
        public var winner: Double

        public init(incumbent: Double, winner: Double) {
            self.incumbent = incumbent
            self.winner = winner
        }
    }

    /// What running an example takes, judges aside.
    public struct Expense: Sendable, Hashable, Codable {
        /// Tokens of prompts and replies an example.
        public var incumbentTokens: Double
        /// The same for the winner.
        public var winnerTokens: Double
        /// US dollars an example; nil when a price is not known.
        public var incumbentCost: Double?
        /// The same for the winner.
        public var winnerCost: Double?

        public init(
            incumbentTokens: Double, winnerTokens: Double, incumbentCost: Double? = nil, winnerCost: Double? = nil
        ) {
            self.incumbentTokens = incumbentTokens
            self.winnerTokens = winnerTokens
            self.incumbentCost = incumbentCost
            self.winnerCost = winnerCost
        }
    }

    /// How much better the winner is, whatever the metric's direction.
    public var improvement: Double { direction == .maximize ? difference : -difference }

    /// This verdict with limits on other quantities: a promotion stands only if the winner holds them all.
    ///
    /// A limit that the mean itself exceeds turns the promotion into keep; one that only the bound exceeds makes it
    /// inconclusive, because more examples may show that it is held.
    public func holding(_ ceilings: [CeilingVerdict]) -> Verdict {
        var verdict = self
        verdict.ceilings += ceilings
        let broken = ceilings.filter { !$0.isHeld }
        guard decision == .promote, !broken.isEmpty else { return verdict }
        let isCertain = broken.contains(where: \.isBroken)
        verdict.decision = isCertain ? .keep : .inconclusive
        verdict.reasons += broken.map(\.summary)
        return verdict
    }
}
