/// Where a recording reads the time: nanoseconds that only ever grow.
public struct TraceClock: Sendable {
    public var now: @Sendable () -> Int64

    public init(now: @escaping @Sendable () -> Int64) { self.now = now }

    /// The machine's monotonic clock.
    public static let live = TraceClock {
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: origin).components
        return -(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    private static let origin = ContinuousClock.now
}
