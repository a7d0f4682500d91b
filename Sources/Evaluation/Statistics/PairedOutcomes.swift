/// Two candidates' 0/1 scores on the same examples, as far as they differ.
public struct PairedOutcomes: Sendable, Hashable, Codable {
    /// Examples that only the new candidate gets right.
    public var fixes: Int
    /// Examples that only the old candidate gets right.
    public var breaks: Int
    /// All examples.
    public var count: Int

    /// - Precondition: 0 ≤ fixes + breaks ≤ count.
    public init(fixes: Int, breaks: Int, of count: Int) {
        precondition(fixes >= 0 && breaks >= 0 && fixes + breaks <= count, "more changes than examples")
        self.fixes = fixes
        self.breaks = breaks
        self.count = count
    }

    /// The difference of the two mean scores.
    public var difference: Double { count == 0 ? 0 : Double(fixes - breaks) / Double(count) }

    /// McNemar's exact one-sided p value for "better": P(X ≥ fixes) among fixes + breaks fair coins; 1 without changes.
    ///
    /// 12 fixes and 3 breaks give .0176, 5 and 1 give .1094.
    public var pValueForBetter: Double {
        BinomialDistribution(trials: fixes + breaks, probability: 0.5).atLeast(fixes)
    }

    /// The same for "worse".
    public var pValueForWorse: Double {
        BinomialDistribution(trials: fixes + breaks, probability: 0.5).atLeast(breaks)
    }

    /// The exact two-sided p value: twice the smaller one-sided one, at most 1.
    public var twoSidedPValue: Double { min(1, 2 * min(pValueForBetter, pValueForWorse)) }

    /// An interval for the difference of the two means.
    ///
    /// The hull of Tango's score interval (1998) and of the exact interval given the number of changes: the first
    /// covers when changes are few, the second never leaves 0 out where the exact test finds nothing.
    public func interval(confidence: Double = 0.9) -> Interval {
        guard count > 0 else { return Interval(lower: -1, upper: 1, confidence: confidence) }
        let tail = (1 - confidence) / 2
        let z = NormalDistribution.quantile(1 - tail)
        var lower = scoreLimit(from: -1, z: z)
        var upper = scoreLimit(from: 1, z: -z)
        let changes = fixes + breaks
        if changes > 0 {
            let share = Double(changes) / Double(count)
            let least = ProportionInterval.lowerBound(successes: fixes, of: changes, confidence: 1 - tail)
            let most = ProportionInterval.upperBound(successes: fixes, of: changes, confidence: 1 - tail)
            lower = min(lower, (2 * least - 1) * share)
            upper = max(upper, (2 * most - 1) * share)
        }
        return Interval(lower: lower, upper: upper, confidence: confidence)
    }

    /// The difference at which the score statistic is `z`, searched between `end` and the observed difference.
    private func scoreLimit(from end: Double, z: Double) -> Double {
        var outside = end
        var inside = difference
        for _ in 0..<60 {
            let middle = (outside + inside) / 2
            if abs(scoreStatistic(at: middle)) > abs(z) { outside = middle } else { inside = middle }
        }
        return (outside + inside) / 2
    }

    private func scoreStatistic(at supposed: Double) -> Double {
        let n = Double(count)
        let f = Double(fixes)
        let b = Double(breaks)
        let linear = -f - b + (2 * n - f + b) * supposed
        let constant = -b * supposed * (1 - supposed)
        let root = max(0, linear * linear - 8 * n * constant).squareRoot()
        let breakRate = (root - linear) / (4 * n)
        let variance = n * (2 * breakRate + supposed * (1 - supposed))
        let distance = f - b - n * supposed
        guard variance > 0 else { return distance == 0 ? 0 : .infinity }
        return distance / variance.squareRoot()
    }
}
