import CTraceFrames

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where a recording reads the time: nanoseconds that only ever grow.
public struct TraceClock: Sendable {
    private enum Source: Sendable {
        case given(@Sendable () -> Int64)
        case system
        /// The processor's own counter.
        case counter
    }

    private let source: Source

    /// - Parameter now: Gives nanoseconds that never become fewer.
    public init(now: @escaping @Sendable () -> Int64) { source = .given(now) }

    private init(_ source: Source) { self.source = source }

    /// The machine's monotonic clock.
    public static let live = TraceClock(optrace_counter_is_steady() ? .counter : .system)

    /// Nanoseconds from some moment on.
    public func now() -> Int64 {
        if case .given(let source) = source { return source() }
        return Self.system
    }

    /// What the clock counts from some moment on: nanoseconds, or the ticks of the processor's counter, which takes a third
    /// of the time to read. How long a tick is comes from the moments between which it counted.
    @inline(__always)
    var count: Int64 {
        switch source {
        case .given(let source): source()
        case .system: Self.system
        case .counter: optrace_counter()
        }
    }

    /// The time and the count at once.
    var moment: Moment { Moment(nanoseconds: now(), count: count) }

    private static var system: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    struct Moment {
        let nanoseconds: Int64
        let count: Int64

        /// Nanoseconds a count, as they passed since `earlier`; off by no more than what two readings of the clock take.
        func scale(since earlier: Moment) -> Double {
            let counts = count &- earlier.count
            return counts > 0 ? Double(nanoseconds &- earlier.nanoseconds) / Double(counts) : 1
        }
    }
}
