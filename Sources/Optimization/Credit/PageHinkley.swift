public import TraceGraph

/// Notices when the mean of a stream of numbers has changed (Page 1954; Hinkley 1971), in either direction.
public struct PageHinkley: Sendable, Hashable, Codable {
    /// How much drift away from the mean is taken for noise.
    public let tolerance: Double
    /// How large the sum of what is more than that has to become.
    public let threshold: Double
    private var count = 0
    private var mean = 0.0
    private var up = 0.0
    private var down = 0.0
    private var lowest = 0.0
    private var highest = 0.0

    public init(tolerance: Double = 0.05, threshold: Double = 1) {
        self.tolerance = tolerance
        self.threshold = threshold
    }

    /// Takes the next number.
    ///
    /// - Returns: Whether the mean has changed; the detector has begun anew then.
    public mutating func add(_ number: Double) -> Bool {
        count += 1
        mean += (number - mean) / Double(count)
        up += number - mean - tolerance
        down += number - mean + tolerance
        lowest = min(lowest, up)
        highest = max(highest, down)
        guard up - lowest > threshold || highest - down > threshold else { return false }
        self = PageHinkley(tolerance: tolerance, threshold: threshold)
        return true
    }

    /// Where it stands, for a restart.
    public var recorded: Value {
        .list([.integer(count)] + [mean, up, down, lowest, highest].map(Value.number))
    }

    /// Goes on from what ``recorded`` gave.
    ///
    /// - Returns: Whether it could be read; nothing is changed where not.
    public mutating func restore(_ recorded: Value) -> Bool {
        guard let parts = recorded.list, parts.count == 6, let count = parts[0].integer else { return false }
        let numbers = parts.dropFirst().compactMap(\.number)
        guard numbers.count == 5 else { return false }
        self.count = count
        (mean, up, down, lowest, highest) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
        return true
    }
}
