/// Time as a value: what the clock says and how to wait, so that tests decide both.
public struct Timekeeper: Sendable {
    /// Time passed since some fixed moment; never runs back.
    public let now: @Sendable () -> Duration

    /// Returns after `duration`; throws `CancellationError` as soon as the task is cancelled.
    public let sleep: @Sendable (_ duration: Duration) async throws -> Void

    /// A clock and a way to wait that belong together.
    public init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (_ duration: Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// The machine's clock, which goes on while the machine sleeps.
    public static let system: Timekeeper = {
        let start = ContinuousClock.now
        return Timekeeper(
            now: { start.duration(to: .now) },
            sleep: { try await Task.sleep(for: $0) })
    }()
}

extension Duration {
    /// A wait of `seconds`, no longer than a day and never below zero: what somebody else asks for may be any number.
    static func wait(seconds: Double) -> Duration {
        // Written so that what is no number at all counts as nothing.
        seconds > 0 ? .seconds(min(seconds, 86_400)) : .zero
    }

    /// The duration in seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
