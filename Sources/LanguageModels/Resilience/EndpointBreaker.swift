import Synchronization

/// What the calls to one endpoint know together about whether it can be reached at all.
///
/// Closed: calls go through. When an endpoint has stayed unreachable for `patience`, with no answer in between, the
/// breaker opens: every call fails at once, for `cooldown`. Then one call probes; its answer closes the breaker.
public final class EndpointBreaker: Sendable {
    private enum State {
        case reachable
        case unreachable(since: Duration, last: Duration)
        case open(until: Duration, ModelError)
    }

    private let state = Mutex(State.reachable)
    private let patience: Duration
    private let cooldown: Duration
    private let time: Timekeeper

    /// - Parameters:
    ///   - patience: How long calls keep trying an endpoint that cannot be reached.
    ///   - cooldown: How long calls fail at once before one may probe.
    public init(
        patience: Duration = .seconds(3), cooldown: Duration = .seconds(10), time: Timekeeper = .system
    ) {
        self.patience = patience
        self.cooldown = cooldown
        self.time = time
    }

    /// Lets a call through.
    ///
    /// - Throws: The failure that opened the breaker, while it is open.
    func admit() throws(ModelError) {
        let now = time.now()
        let refusal: ModelError? = state.withLock { state in
            guard case .open(let until, let error) = state else { return nil }
            if now < until { return error }
            state = .open(until: now + cooldown, error)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Notes that the endpoint answered something.
    func answered() {
        state.withLock { $0 = .reachable }
    }

    /// Notes that the endpoint could not be reached.
    ///
    /// - Returns: How long tries may still go on; nil when the breaker is open and the call has to give up.
    func unreachable(_ error: ModelError) -> Duration? {
        let now = time.now()
        return state.withLock { state in
            switch state {
            case .reachable:
                state = .unreachable(since: now, last: now)
                return patience
            case .unreachable(let since, let last):
                // Two failures with a long silence between them are two beginnings, not one long outage.
                if now - last > patience + patience {
                    state = .unreachable(since: now, last: now)
                    return patience
                }
                let left = patience - (now - since)
                if left > .zero {
                    state = .unreachable(since: since, last: now)
                    return left
                }
                state = .open(until: now + cooldown, error)
                return nil
            case .open:
                state = .open(until: now + cooldown, error)
                return nil
            }
        }
    }
}
