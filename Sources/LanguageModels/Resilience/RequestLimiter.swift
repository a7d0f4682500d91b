import Synchronization

/// Lets requests to one endpoint through, in the order they came, as fast as its limits allow.
///
/// At most `inFlight` are out at a time. A "too many requests" halves that number, once for all the requests that were
/// out together; each success adds back its share, so that a whole round of successes adds one (AIMD, Chiu and Jain
/// 1989). Rates per minute are token buckets that hold one minute's worth; what a request was estimated to take is put
/// right once it has ended.
public final class RequestLimiter: Sendable {
    /// The right to have one request out; given back with ``RequestLimiter/end(_:_:)``.
    struct Permit: Sendable {
        fileprivate let epoch: Int
        /// What was taken from the tokens a minute.
        fileprivate let tokens: Int
    }

    /// How a request ended, as far as the limiter learns from it.
    enum Outcome: Sendable {
        /// How many tokens it really took; 0 where nobody says.
        case answered(tokens: Int)
        /// Too many requests; all wait for `retryAfter` seconds when the provider says so.
        case refused(retryAfter: Double?)
        case other
    }

    fileprivate struct State {
        var allowed: Double
        var inFlight = 0
        var epoch = 0
        var line = WaitingLine<CheckedContinuation<Void, any Error>>()
        var requests: Bucket?
        var tokens: Bucket?
        var pausedUntil = Duration.zero
    }

    private let state: Mutex<State>
    private let most: Double
    private let time: Timekeeper

    /// A limiter that has let nothing through yet.
    public init(_ limits: RequestLimits, time: Timekeeper = .system) {
        let now = time.now()
        self.most = Double(min(max(1, limits.inFlight), RequestLimits.mostInFlight))
        self.time = time
        self.state = Mutex(
            State(
                allowed: most,
                requests: limits.requestsPerMinute.map { Bucket(perMinute: $0, now: now) },
                tokens: limits.tokensPerMinute.map { Bucket(perMinute: $0, now: now) }))
    }

    /// How many requests may be out at present.
    public var allowedInFlight: Int { state.withLock { Int($0.allowed) } }

    /// How many requests wait for their turn.
    public var waiting: Int { state.withLock(\.line.count) }

    /// Waits for its turn.
    ///
    /// - Parameter patience: The longest pause, asked for by the endpoint, that is waited for.
    /// - Throws: ``ModelError/Code/rateLimited`` when the pause is longer, with ``AskedPause`` below it;
    ///   ``ModelError/Code/budgetExhausted`` when the run's time is over before its turn; `CancellationError` when the task
    ///   is cancelled while it waits. Its place goes to the next.
    func begin(tokens: Int, patience: Duration = .seconds(86_400)) async throws -> Permit {
        try await takePlace()
        do {
            while let wait = try nextWait(for: tokens, patience) {
                try FailedTries.admit(wait: wait)
                try await time.sleep(wait)
            }
            return Permit(epoch: state.withLock(\.epoch), tokens: tokens)
        } catch {
            leave { _ in }
            throw error
        }
    }

    private func nextWait(for tokens: Int, _ patience: Duration) throws(ModelError) -> Duration? {
        let now = time.now()
        let (pause, wait) = state.withLock { state in
            (state.pausedUntil - now, state.wait(for: tokens, now: now))
        }
        guard pause > patience else { return wait }
        throw ModelError(
            .rateLimited, "the endpoint has asked for a pause before", retryAfter: pause.inSeconds.rounded(.up),
            underlyingError: AskedPause())
    }

    /// Gives a permit back and learns from how the request ended.
    func end(_ permit: Permit, _ outcome: Outcome) {
        let now = time.now()
        leave { state in
            switch outcome {
            case .answered(let tokens):
                state.allowed = min(most, state.allowed + 1 / state.allowed)
                if tokens > 0 { state.tokens?.giveBack(Double(permit.tokens) - Double(tokens)) }
            case .refused(let retryAfter):
                state.tokens?.giveBack(Double(permit.tokens))
                if let retryAfter { state.pausedUntil = max(state.pausedUntil, now + .wait(seconds: retryAfter)) }
                guard permit.epoch == state.epoch else { break }
                state.allowed = max(1, state.allowed / 2)
                state.epoch += 1
            case .other:
                break
            }
        }
    }

    private func takePlace() async throws {
        let ticket = state.withLock { $0.line.ticket() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.line.isEmpty, state.inFlight < Int(state.allowed) {
                        state.inFlight += 1
                        return .success(())
                    }
                    state.line.append(continuation, ticket)
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            state.withLock { $0.line.remove(ticket) }?.resume(throwing: CancellationError())
        }
    }

    private func leave(_ learn: (inout State) -> Void) {
        let next = state.withLock { state in
            state.inFlight -= 1
            learn(&state)
            var next: [CheckedContinuation<Void, any Error>] = []
            while state.inFlight < Int(state.allowed), let first = state.line.first {
                state.line.removeFirst()
                state.inFlight += 1
                next.append(first)
            }
            return next
        }
        for continuation in next { continuation.resume() }
    }
}

/// Why a request was not sent: an earlier one was asked to wait for longer than this one may.
struct AskedPause: Error {}

extension RequestLimiter.State {
    /// Takes one request and `tokens` out of the buckets; or says how long to wait before asking again.
    fileprivate mutating func wait(for tokens: Int, now: Duration) -> Duration? {
        if pausedUntil > now { return pausedUntil - now }
        requests?.refill(now: now)
        self.tokens?.refill(now: now)
        let wait = max(requests?.wait(for: 1) ?? .zero, self.tokens?.wait(for: Double(tokens)) ?? .zero)
        if wait > .zero { return wait }
        requests?.take(1)
        self.tokens?.take(Double(tokens))
        return nil
    }
}

/// An allowance that grows evenly with time, up to one minute's worth.
private struct Bucket {
    private let capacity: Double
    private var level: Double
    private var filledAt: Duration

    init(perMinute: Int, now: Duration) {
        self.capacity = Double(max(1, perMinute))
        self.level = capacity
        self.filledAt = now
    }

    mutating func refill(now: Duration) {
        level = min(capacity, level + (now - filledAt).inSeconds * capacity / 60)
        filledAt = now
    }

    /// How long until `amount` is there; an amount above a whole minute's worth only waits for a full bucket.
    func wait(for amount: Double) -> Duration {
        let missing = min(amount, capacity) - level
        // Rounded up to a nanosecond, lest a wait fall short by a rounding error and be followed by one of zero.
        return missing > 1e-9 ? .seconds(missing * 60 / capacity) + .nanoseconds(1) : .zero
    }

    mutating func take(_ amount: Double) {
        level -= amount
    }

    /// Puts back what was taken too much; takes what was taken too little, a minute's worth of debt at the most.
    mutating func giveBack(_ amount: Double) {
        level = max(-capacity, min(capacity, level + amount))
    }
}
