/// A limit that a candidate must provably hold before it ships: on cost, latency, error rate or anything else.
public struct CostCeiling: Sendable, Hashable, Codable {
    /// The name of what is limited.
    public var metric: String
    /// The most its mean may be; the least, where the direction is `maximize`.
    public var limit: Double
    /// The probability of shipping a candidate whose true mean is beyond the limit, at the most.
    public var delta: Double
    /// Where single values lie by nature; nil when unknown. One that lies beyond it widens it.
    public var range: ClosedRange<Double>?
    /// Whether the mean may be at most (`minimize`) or must be at least (`maximize`) the limit.
    public var direction: MetricDirection
    /// Whether values are amounts, such as dollars or seconds: they are no proportion, even where all happen to be 0 or 1.
    public var isAmount: Bool

    /// - Parameter isAmount: Nil for whether the metric is one of ``Gate/resources``.
    public init(
        _ metric: String, limit: Double, delta: Double = 0.05, range: ClosedRange<Double>? = nil,
        direction: MetricDirection = .minimize, isAmount: Bool? = nil
    ) {
        self.metric = metric
        self.limit = limit
        self.delta = delta
        self.range = range
        self.direction = direction
        self.isAmount = isAmount ?? Gate.resources.contains(metric)
    }

    /// Whether the bound of the mean, with confidence 1 − delta, is within the limit.
    ///
    /// 0/1 values have the exact bound of Clopper and Pearson; others, where ``range`` is given, the empirical
    /// Bernstein bound, which needs no assumption, and Student's t bound otherwise; amounts that are all the same have
    /// themselves for a bound. A value that could not be had counts as the worst one there is, or was seen where that is
    /// not known.
    public func verdict(for values: [Double]) -> CeilingVerdict {
        let usable = values.filter(\.isFinite)
        let missing = values.count - usable.count
        let areBinary = !isAmount && usable.allSatisfy { $0 == 0 || $0 == 1 } && (range == nil || range == 0...1)
        let ends = areBinary ? 0...1 : range
        let worst =
            direction == .minimize
            ? (usable + [ends?.upperBound].compactMap(\.self)).max()
            : (usable + [ends?.lowerBound].compactMap(\.self)).min()
        let filled = usable + (worst.map { [Double](repeating: $0, count: missing) } ?? [])
        let found = usable.isEmpty ? (bound: nil, method: .none) : bound(filled, areBinary: areBinary)
        let isHeld = found.bound.map { direction == .minimize ? $0 <= limit : $0 >= limit } ?? false
        return CeilingVerdict(
            metric: metric, limit: limit, direction: direction, isHeld: isHeld, mean: Sample(usable).mean,
            bound: found.bound, confidence: 1 - delta, method: found.method, count: usable.count, missing: missing)
    }

    /// Above the mean, or below it where the direction is `maximize`.
    private func bound(
        _ values: [Double], areBinary: Bool
    ) -> (bound: Double?, method: CeilingVerdict.Method) {
        let isUpper = direction == .minimize
        if areBinary {
            let successes = values.count { $0 == 1 }
            return (
                isUpper
                    ? ProportionInterval.upperBound(successes: successes, of: values.count, confidence: 1 - delta)
                    : ProportionInterval.lowerBound(successes: successes, of: values.count, confidence: 1 - delta),
                .clopperPearson
            )
        }
        // From here on below is above the other way round.
        let turned = isUpper ? values : values.map { -$0 }
        let upper: Double
        let method: CeilingVerdict.Method
        if var range {
            range = min(range.lowerBound, values.min() ?? .infinity)...max(range.upperBound, values.max() ?? -.infinity)
            method = .empiricalBernstein
            upper = EmpiricalBernstein.upperBound(
                Sample(turned), in: isUpper ? range : -range.upperBound ... -range.lowerBound, confidence: 1 - delta)
        } else {
            method = .student
            upper = PairedDifferences(turned).interval(confidence: 1 - 2 * delta).upper
        }
        return (upper.isFinite ? (isUpper ? upper : -upper) : nil, method)
    }

    /// The same for the scores of a candidate, repeats averaged first.
    public func verdict(for sheet: ScoreSheet) -> CeilingVerdict {
        verdict(for: sheet.examples.map { sheet[$0] ?? .nan })
    }
}

/// Whether a limit is held, and how that was found.
public struct CeilingVerdict: Sendable, Hashable, Codable {
    /// How it was found out whether the limit is held.
    public enum Method: String, Sendable, Hashable, Codable {
        case clopperPearson, empiricalBernstein, student, none
    }

    /// The metric or resource that is limited.
    public var metric: String
    /// The most that is allowed, in the metric's unit.
    public var limit: Double
    /// Whether the mean may be at most (`minimize`) or must be at least (`maximize`) the limit.
    public var direction: MetricDirection
    /// Whether the limit is held with the given confidence.
    public var isHeld: Bool
    /// Over the examples; nil without any.
    public var mean: Double?
    /// Where the true mean lies at the most, or at the least where the direction is `maximize`; nil when there are too few
    /// values for any bound.
    public var bound: Double?
    /// That of the bound.
    public var confidence: Double
    /// How it was found out.
    public var method: Method
    /// Values looked at.
    public var count: Int
    /// Values that could not be had.
    public var missing: Int

    /// Whether the mean itself is beyond the limit.
    public var isBroken: Bool {
        mean.map { direction == .minimize ? $0 > limit : $0 < limit } ?? false
    }

    /// One sentence for a person.
    public var summary: String {
        let (limited, side) = direction == .minimize ? ("limit", "upper") : ("least", "lower")
        let bound = bound.map(Self.short) ?? "unknown"
        let mean = mean.map(Self.short) ?? "unknown"
        let word = isHeld ? "is held" : "is not shown to be held"
        return
            "the \(limited) \(Self.short(limit)) of \(metric) \(word): mean \(mean), \(side) bound \(bound) "
            + "at confidence \(FeedbackText.number(confidence)), n = \(count)"
            + (missing > 0 ? ", \(missing) without a value counted as the worst" : "")
    }

    /// Thousandths say nothing of cents.
    private static func short(_ number: Double) -> String {
        abs(number) >= 0.1 ? FeedbackText.number(number) : "\((number * 1e6).rounded() / 1e6)"
    }
}
