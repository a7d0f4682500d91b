/// A limit that a candidate must provably hold before it ships: on cost, latency, error rate or anything else.
public struct CostCeiling: Sendable, Hashable, Codable {
    /// The name of what is limited.
    public var metric: String
    /// The most its mean may be.
    public var limit: Double
    /// The probability of shipping a candidate whose true mean is above the limit, at the most.
    public var delta: Double
    /// Where single values lie by nature; nil when unknown.
    public var range: ClosedRange<Double>?

    public init(_ metric: String, limit: Double, delta: Double = 0.05, range: ClosedRange<Double>? = nil) {
        self.metric = metric
        self.limit = limit
        self.delta = delta
        self.range = range
    }

    /// Whether the upper bound of the mean, with confidence 1 − delta, is within the limit.
    ///
    /// 0/1 values have the exact bound of Clopper and Pearson; others, where ``range`` is given, the empirical
    /// Bernstein bound, which needs no assumption, and Student's t bound otherwise.
    public func verdict(for values: [Double]) -> CeilingVerdict {
        let usable = values.filter(\.isFinite)
        let sample = Sample(usable)
        let bound: Double?
        let method: CeilingVerdict.Method
        if usable.isEmpty {
            (bound, method) = (nil, .none)
        } else if usable.allSatisfy({ $0 == 0 || $0 == 1 }), range == nil || range == 0...1 {
            method = .clopperPearson
            bound = ProportionInterval.upperBound(
                successes: usable.filter { $0 == 1 }.count, of: usable.count, confidence: 1 - delta)
        } else if let range {
            method = .empiricalBernstein
            bound = EmpiricalBernstein.upperBound(sample, in: range, confidence: 1 - delta)
        } else {
            method = .student
            let upper = PairedDifferences(usable).interval(confidence: 1 - 2 * delta).upper
            bound = upper.isFinite ? upper : nil
        }
        return CeilingVerdict(
            metric: metric, limit: limit, isHeld: bound.map { $0 <= limit } ?? false, mean: sample.mean,
            upperBound: bound, confidence: 1 - delta, method: method, count: usable.count,
            missing: values.count - usable.count)
    }

    /// The same for the scores of a candidate, repeats averaged first.
    public func verdict(for sheet: ScoreSheet) -> CeilingVerdict {
        verdict(for: sheet.examples.map { sheet[$0] ?? .nan })
    }
}

/// Whether a limit is held, and how that was found.
public struct CeilingVerdict: Sendable, Hashable, Codable {
    public enum Method: String, Sendable, Hashable, Codable {
        case clopperPearson, empiricalBernstein, student, none
    }

    public var metric: String
    public var limit: Double
    public var isHeld: Bool
    public var mean: Double?
    /// Nil when there are too few values for any bound.
    public var upperBound: Double?
    public var confidence: Double
    public var method: Method
    /// Values looked at.
    public var count: Int
    /// Values that could not be had.
    public var missing: Int

    /// One sentence for a person.
    public var summary: String {
        let bound = upperBound.map(FeedbackText.number) ?? "unknown"
        let mean = mean.map(FeedbackText.number) ?? "unknown"
        let word = isHeld ? "is held" : "is not shown to be held"
        return
            "the limit \(FeedbackText.number(limit)) of \(metric) \(word): mean \(mean), upper bound \(bound) "
            + "at confidence \(FeedbackText.number(confidence)), n = \(count)"
    }
}
