/// How often and how long a failed call is tried again.
public struct RetryPolicy: Sendable, Hashable {
    /// The most tries of one call, the first included.
    public var attempts: Int
    /// The wait before the second try, before jitter.
    public var firstDelay: Duration
    /// The longest wait of the back-off; a provider's `Retry-After` may ask for longer.
    public var longestDelay: Duration
    /// No new try begins once this much time has passed since the first.
    public var totalTime: Duration
    /// The same in place of ``attempts`` and ``totalTime`` where an endpoint that has replied before gets too many
    /// requests or is overloaded: slowing down mends that, and a night's work is worth the wait.
    public var limitTime: Duration

    /// Eight tries over about a minute, which outlasts a per-minute limit; a quarter of an hour for limits.
    public init(
        attempts: Int = 8, firstDelay: Duration = .milliseconds(500), longestDelay: Duration = .seconds(30),
        totalTime: Duration = .seconds(180), limitTime: Duration = .seconds(900)
    ) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.totalTime = totalTime
        self.limitTime = limitTime
    }

    /// The wait after try number `attempt`: doubled each time, of which `jitter` (0 up to 1) moves the upper half.
    func delay(after attempt: Int, jitter: Double) -> Duration {
        var delay = firstDelay
        for _ in 1..<max(attempt, 1) where delay < longestDelay { delay *= 2 }
        return min(delay, longestDelay) * (0.5 + 0.5 * jitter)
    }
}
