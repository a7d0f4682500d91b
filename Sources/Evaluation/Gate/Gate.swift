/// Decides whether a winner is really better than the incumbent, from their scores on the same hold-out examples.
///
/// One-sided at level alpha. 0/1 scores go through McNemar's exact test. Other scores go through Student's t of the
/// paired differences where that can be trusted (30 pairs or more, not too skewed: ``PairedDifferences/suitsStudent``; not of
/// a few sizes only: ``PairedDifferences/areTied``),
/// and through random signs otherwise (``SignFlipTest``, exact for a change that does nothing at any n). A ``risk`` that is
/// not the mean goes through random swaps (``SwapTest``, exact like it). Repeats are averaged first, so that an example counts once. An example that lacks a score on one side is left out and reported;
/// nothing is promoted that would not be if each such example had gone against the winner, for a candidate whose hard half
/// nobody could score would look good.
///
/// The hold-out is to be used once. Whoever looks more often, or tests several candidates, takes the level of each test
/// from an ``AlphaSpending``.
public struct Gate: Sendable, Hashable, Codable {
    /// Which test is used.
    public enum Choice: String, Sendable, Hashable, Codable {
        /// What the scores call for.
        case automatic
        /// Always Student's t.
        case pairedT
        /// Always random signs.
        case signFlip
        /// Always the BCa bootstrap; too sure of itself below some 30 pairs.
        case bootstrap
    }

    /// The metric whose scores are compared.
    public var metric: String
    public var direction: MetricDirection
    /// The probability of promoting a winner that is no better, at the most.
    public var alpha: Double
    /// For ``Verdict/neededCount``: the probability of finding a difference that is there.
    public var power: Double
    /// Which test decides.
    public var choice: Choice
    /// Decides the draws of the tests that draw.
    public var seed: UInt64
    /// Limits that a winner must provably hold, on metrics or on ``resources``; checked by ``Verdict/holding(_:)``.
    public var ceilings: [CostCeiling] = []
    /// The most candidates that are tested on the hold-out, the best ones on validation; alpha is spent over all of them.
    public var finalists = 1
    /// Whether the cheapest finalist that is not significantly worse than the best one wins.
    public var isThrifty = false
    /// What the scores of all examples come to, where that is not their mean: then this is compared, by ``SwapTest``.
    public var risk: RiskMeasure?
    /// How alpha is shared out over the runs that are tested on the same hold-out; nil where nobody said how many there will
    /// be, see ``level(ofLook:)``.
    public var looks: AlphaSpending.Schedule?

    /// What a ceiling can be on besides metrics: calls, tokens, US dollars and seconds of an example's model calls.
    public static let resources = ["calls", "tokens", "cost", "latency"]

    public init(
        _ metric: String, _ direction: MetricDirection = .maximize, alpha: Double = 0.05, power: Double = 0.8,
        test choice: Choice = .automatic, seed: UInt64 = 0
    ) {
        self.metric = metric
        self.direction = direction
        self.alpha = alpha
        self.power = power
        self.choice = choice
        self.seed = seed
    }

    /// What is compared, in words: `accuracy`, `mean of the worst 20 % of accuracy`.
    public var compared: String { riskInUse.map { "\($0.summary) of \(metric)" } ?? metric }

    /// The risk, where it is another measure than the mean.
    var riskInUse: RiskMeasure? { risk == .mean ? nil : risk }

    /// A gate for one metric.
    public init(
        _ metric: some Metric, alpha: Double = 0.05, power: Double = 0.8, test choice: Choice = .automatic,
        seed: UInt64 = 0
    ) {
        self.init(metric.name, metric.direction, alpha: alpha, power: power, test: choice, seed: seed)
    }

    /// The finding on `winner` against `incumbent`, paired by example id.
    ///
    /// - Parameters:
    ///   - winner: The scores of the candidate that is to be promoted.
    ///   - incumbent: The scores of the candidate in use.
    ///   - level: The level of this test, from an ``AlphaSpending``; nil for the gate's own alpha.
    ///   - isUnchanged: Whether both candidates are the same assignment, so that there is nothing to promote.
    /// - Complexity: O(n log n), and O(10 000 n) where random signs or the bootstrap are drawn.
    public func verdict(
        for winner: ScoreSheet, against incumbent: ScoreSheet, atLevel level: Double? = nil,
        isUnchanged: Bool = false
    ) -> Verdict {
        let level = level ?? alpha
        let pairs = ScorePairs(winner: winner, incumbent: incumbent)
        var verdict = Verdict(
            decision: .inconclusive, metric: metric, direction: direction, incumbentMean: pairs.incumbentMean,
            winnerMean: pairs.winnerMean, difference: pairs.differences.mean, interval: nil, pValue: 1, alpha: level,
            count: pairs.count, fixes: 0, breaks: 0, test: .none, neededCount: nil, reasons: [],
            alarms: pairs.alarms, ceilings: [])
        // From here on more is better.
        let gains =
            direction == .maximize
            ? pairs.differences : PairedDifferences(pairs.differences.values.map { -$0 })
        verdict.fixes = gains.values.filter { $0 > 0 }.count
        verdict.breaks = gains.values.filter { $0 < 0 }.count
        if isUnchanged {
            verdict.decision = .keep
            verdict.reasons = ["the winner is the incumbent: no value changed"]
            return verdict
        }
        guard pairs.count > 0 else {
            verdict.reasons = ["no example has a score on both sides"]
            return verdict
        }
        guard level > 0 else {
            verdict.reasons = ["the error probability is spent, so nothing more can be shown"]
            return verdict
        }
        let finding = finding(for: gains, of: pairs, level: level)
        verdict.test = finding.test
        verdict.pValue = finding.better
        verdict.neededCount = finding.needed
        if let measured = finding.measured {
            verdict.measure = measured
            verdict.difference = measured.winner - measured.incumbent
        }
        if finding.interval.lower.isFinite, finding.interval.upper.isFinite {
            verdict.interval = direction == .maximize ? finding.interval : finding.interval.negated
        }
        decide(&verdict, finding, level: level)
        if verdict.decision == .promote, pairs.droppedCount > 0, !standsTheGaps(winner, incumbent, pairs, level) {
            verdict.decision = .inconclusive
            verdict.reasons = [
                "better where both have a score, but the \(pairs.droppedCount) examples without one could turn that round"
            ]
        }
        return verdict
    }

    /// Whether the winner is still better when every missing score is the one that speaks most against it.
    private func standsTheGaps(
        _ winner: ScoreSheet, _ incumbent: ScoreSheet, _ pairs: ScorePairs, _ level: Double
    ) -> Bool {
        let seen = pairs.winner + pairs.incumbent
        guard let least = seen.min(), let most = seen.max() else { return false }
        let (worst, best) = direction == .maximize ? (least, most) : (most, least)
        let filled = ScorePairs(
            winner: winner, incumbent: incumbent, countingGapsAs: (winner: worst, incumbent: best))
        let gains =
            direction == .maximize
            ? filled.differences : PairedDifferences(filled.differences.values.map { -$0 })
        return finding(for: gains, of: filled, level: level).better <= level
    }

    private func decide(_ verdict: inout Verdict, _ finding: Finding, level: Double) {
        if finding.better <= level, verdict.improvement > 0 {
            verdict.decision = .promote
            verdict.reasons = ["better, with \(Self.clause(finding.better)) at the level \(Self.short(level))"]
        } else if finding.worse <= level, verdict.improvement < 0 {
            verdict.decision = .keep
            verdict.reasons = ["worse, with \(Self.clause(finding.worse)) at the level \(Self.short(level))"]
        } else if verdict.fixes + verdict.breaks == 0 {
            verdict.reasons = ["no example changed its score"]
        } else {
            let needed = verdict.neededCount.map { "; about \($0) examples would decide a difference of this size" }
            verdict.reasons = [
                "\(Self.clause(finding.better)) is above the level \(Self.short(level))\(needed ?? "")"
            ]
        }
    }

    /// `< 0.0001` where four decimals say nothing more.
    private static func short(_ probability: Double) -> String {
        probability < 0.0001 ? "< 0.0001" : "\((probability * 1e4).rounded() / 1e4)"
    }

    /// `p = 0.0123`, `p < 0.0001`.
    private static func clause(_ probability: Double) -> String {
        probability < 0.0001 ? "p \(short(probability))" : "p = \(short(probability))"
    }
}
