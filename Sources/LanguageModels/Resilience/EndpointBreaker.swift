import Synchronization

/// What the calls to one endpoint know together about whether it is of any use.
///
/// Closed: calls go through. It opens when the endpoint could not be reached for as long as its patience, or when too many
/// calls in a row were given up. Open: every call fails at once, for `cooldown`. Then one call probes; its answer closes the
/// breaker. An endpoint that has replied before is waited for longer, and more of its calls may be given up: it is being
/// started anew, or the network is away for a moment.
///
/// A call that is given up speaks against the endpoint only when nothing at all was answered since it began: of many calls
/// that begin together the good ones are answered at once, and the bad ones are given up one after the other a minute later.
public final class EndpointBreaker: Sendable {
    private enum State {
        case reachable
        case unreachable(since: Duration, last: Duration)
        case open(until: Duration, ModelError)
    }

    private struct Known {
        var state = State.reachable
        var hasReplied = false
        /// Calls that began so far.
        var begun = 0
        /// How many of them had begun when something was answered last.
        var answered = 0
        /// Calls that began after that and were given up.
        var givenUp = 0

        /// Notes that something was answered.
        mutating func note(isReply: Bool) {
            state = .reachable
            hasReplied = hasReplied || isReply
            answered = begun
            givenUp = 0
        }

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
    private let mostAtFirst: Int
    private let cooldown: Duration
    private let time: Timekeeper

    /// - Parameters:
    ///   - patience: How long calls keep trying an endpoint that cannot be reached and has never replied.
    ///   - laterPatience: The same for one that has replied.
    ///   - mostInARow: The number of calls in a row that, given up, show that an endpoint is dead which has replied
    ///     before. Where every second call fails for good, a thousand
    ///     calls one at a time meet sixteen in a row with a probability below one in a hundred.
    ///   - mostAtFirst: The same for one that has never replied.
    ///   - cooldown: How long calls fail at once before one may probe.
    public init(
        patience: Duration = .seconds(3), laterPatience: Duration = .seconds(60), mostInARow: Int = 16,
        mostAtFirst: Int = 5, cooldown: Duration = .seconds(10), time: Timekeeper = .system
    ) {
        self.patience = patience
        self.laterPatience = max(patience, laterPatience)
        self.mostInARow = max(1, mostInARow)
        self.mostAtFirst = min(max(1, mostAtFirst), self.mostInARow)
        self.cooldown = cooldown
        self.time = time
    }

    /// Whether the endpoint has given a reply at all.
    var hasReplied: Bool { known.withLock(\.hasReplied) }

    /// Notes that a call begins.
    ///
    /// - Returns: Its number, for ``gaveUp(_:call:)``.
    func begin() -> Int {
        known.withLock { known in
            known.begun += 1
            return known.begun
        }
    }

    /// Lets a try of a call through.
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
        known.withLock { $0.note(isReply: true) }
    }

    /// Notes that the endpoint knows what it refuses: it works, whatever becomes of the call.
    func refused() {
        known.withLock { $0.note(isReply: false) }
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
    /// - Parameter call: The number that ``begin()`` gave it.
    /// - Returns: The failure as it is thrown: it reaches no further than this call, unless it is one too many in a row.
    func gaveUp(_ error: ModelError, call: Int) -> ModelError {
        let now = time.now()
        return known.withLock { known in
            guard call > known.answered else { return error.reaching(.call) }
            known.givenUp += 1
            let most = known.hasReplied ? mostInARow : mostAtFirst
            guard known.givenUp >= most else { return error.reaching(.call) }
            let final = error.saying(
                "\(error.message); \(known.givenUp) calls in a row were given up and none was answered, so that the "
                    + "endpoint counts as dead"
            ).reaching(.run)
            known.state = .open(until: now + cooldown, final)
            return final
        }
    }
}
