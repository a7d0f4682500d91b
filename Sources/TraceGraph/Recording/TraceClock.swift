#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where a recording reads the time: nanoseconds that only ever grow.
public struct TraceClock: Sendable {
    private let source: (@Sendable () -> Int64)?

    /// - Parameter now: Gives nanoseconds that never become fewer.
    public init(now: @escaping @Sendable () -> Int64) { source = now }

    private init() { source = nil }

    /// The machine's monotonic clock.
    public static let live = TraceClock()

    /// Nanoseconds from some moment on.
    @inline(__always)
    public func now() -> Int64 {
        if let source { return source() }
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
