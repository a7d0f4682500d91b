/// The numbers between two ends, both included, with how sure it is that the true value lies there.
public struct Interval: Sendable, Hashable, Codable {
    /// The lower end.
    public var lower: Double
    /// The upper end.
    public var upper: Double
    /// The share of such intervals that hold the true value, such as 0.9.
    public var confidence: Double

    public init(lower: Double, upper: Double, confidence: Double) {
        self.lower = lower
        self.upper = upper
        self.confidence = confidence
    }

    /// Whether `value` lies in it, ends included.
    public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

    /// The interval of the same quantity with its sign turned.
    public var negated: Interval { Interval(lower: -upper, upper: -lower, confidence: confidence) }
}
