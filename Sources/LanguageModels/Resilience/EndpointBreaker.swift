import Synchronization

/// What the calls to one endpoint know together about whether it is of any use.
///
/// Closed: calls go through. It opens when the endpoint could not be reached for as long as its patience, or when
/// `mostInARow` calls in a row were given up and not one was answered in between. Open: every call fails at once, for
/// `cooldown`. Then one call probes; its answer closes the breaker. An endpoint that has replied before is waited for
/// longer: it is being started anew, or the network is away for a moment.
public final class EndpointBreaker: Sendable {
    private enum State {
        case reachable
        case unreachable(since: Duration, last: Duration)
        case open(until: Duration, ModelError)
    }

    private struct Known {
        var state = State.reachable
        var hasReplied = false
        /// Calls given up since something was answered.
        var givenUp = 0

        /// How much is left of `patience` with an outage since `since`; opens the breaker when nothing is.
        mutating func wait(
            since: Duration, now: Duration, _ patience: Duration, _ cooldown: Duration, _ error: ModelError
        ) -> Duration? {
            let left = patience - (now - since)
            state = left > .zero ? .unreachable(since: since, last: now) : .open(until: now + cooldown, error)
            return left > .zero ? left : nil
        }
    }

    private let known = Mutex(Known())
    private let patience: Duration
    private let laterPatience: Duration
    private let mostInARow: Int
    private let cooldown: Duration
    private let time: Timekeeper

    /// - Parameters:
    ///   - patience: How long calls keep trying an endpoint that cannot be reached and has never replied.
    ///   - laterPatience: The same for one that has replied.
    ///   - mostInARow: How many calls in a row may be given up.
    ///   - cooldown: How long calls fail at once before one may probe.
    public init(
        patience: Duration = .seconds(3), laterPatience: Duration = .seconds(60), mostInARow: Int = 3,
        cooldown: Duration = .seconds(10), time: Timekeeper = .system
    ) {
        self.patience = patience
        self.laterPatience = max(patience, laterPatience)
        self.mostInARow = max(1, mostInARow)
        self.cooldown = cooldown
        self.time = time
    }

    /// Whether the endpoint has given a reply at all.
    var hasReplied: Bool { known.withLock(\.hasReplied) }

    /// Lets a call through.
    ///
    /// - Throws: The failure that opened the breaker, while it is open.
    func admit() throws(ModelError) {
        let now = time.now()
        let refusal: ModelError? = known.withLock { known in
            guard case .open(let until, let error) = known.state else { return nil }
            if now < until { return error }
            known.state = .open(until: now + cooldown, error)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Notes a reply.
    func replied() {
        known.withLock { $0 = Known(hasReplied: true) }
    }

    /// Notes that the endpoint knows what it refuses: it works, whatever becomes of the call.
    func refused() {
        known.withLock { known in
            known.state = .reachable
            known.givenUp = 0
        }
    }

    /// Notes that something answered, if only with an error.
    func reached() {
        known.withLock { known in
            if case .unreachable = known.state { known.state = .reachable }
        }
    }

    /// Notes that the endpoint could not be reached by a try that began at `began`.
    ///
    /// - Returns: How long tries may still go on; nil when the breaker is open and the call has to give up.
    func unreachable(_ error: ModelError, since began: Duration) -> Duration? {
        let now = time.now()
        return known.withLock { known in
            let patience = known.hasReplied ? laterPatience : patience
            switch known.state {
            case .reachable:
                return known.wait(since: began, now: now, patience, cooldown, error)
            case .unreachable(let since, let last):
                // Two failures with a long silence between them are two beginnings, not one long outage.
                let isNew = began - last > patience + patience
                return known.wait(since: isNew ? began : since, now: now, patience, cooldown, error)
            case .open:
                known.state = .open(until: now + cooldown, error)
                return nil
            }
        }
    }

    /// Notes that a call was given up after its last try.
    ///
    /// - Returns: The failure as it is thrown: it reaches no further than this call, unless it is one too many in a row.
    func gaveUp(_ error: ModelError) -> ModelError {
        let now = time.now()
        return known.withLock { known in
            known.givenUp += 1
            guard known.givenUp >= mostInARow else { return error.reaching(.call) }
            let final = error.saying(
                "\(error.message); \(known.givenUp) calls in a row were given up, so that the endpoint counts as dead"
            ).reaching(.run)
            known.state = .open(until: now + cooldown, final)
            return final
        }
    }
}
