/// Shares one error probability out over all tests of a run, however many there turn out to be.
///
/// By the union bound, the chance of even one false promotion stays below the total when the levels handed out add up
/// to no more than it, whatever the tests have to do with each other.
public struct AlphaSpending: Sendable, Hashable, Codable {
    /// How the levels are chosen.
    public enum Schedule: Sendable, Hashable, Codable {
        /// So many tests with the same level (Bonferroni); none after them.
        case equal(tests: Int)
        /// Any number of tests: the i-th has the level total · 6 / (π² i²), which add up to the total.
        case endless
    }

    /// The probability of any false promotion, such as 0.05.
    public let total: Double
    /// How the level is divided over the looks.
    public let schedule: Schedule
    /// Tests that were given a level.
    public private(set) var tests = 0
    /// The sum of the levels handed out.
    public private(set) var spent = 0.0

    public init(_ total: Double, _ schedule: Schedule) {
        self.total = total
        self.schedule = schedule
    }

    /// What is left; never below 0.
    public var remaining: Double { max(0, total - spent) }

    /// The level of the next test; 0 once everything is spent, so that the test cannot promote.
    public mutating func next() -> Double {
        tests += 1
        switch schedule {
        case .equal(let planned):
            return spend(tests <= planned ? total / Double(max(1, planned)) : 0)
        case .endless:
            return spend(total * 6 / (Double.pi * Double.pi * Double(tests) * Double(tests)))
        }
    }

    /// The level of a test that deserves a given share of the total, such as one a lot of evidence speaks for.
    ///
    /// - Returns: `share` · total, or what is left if that is less. A schedule's own levels shrink only when the total
    ///   would be exceeded.
    public mutating func next(share: Double) -> Double {
        tests += 1
        return spend(max(0, share) * total)
    }

    private mutating func spend(_ level: Double) -> Double {
        let level = min(level, remaining)
        spent += level
        return level
    }
}
