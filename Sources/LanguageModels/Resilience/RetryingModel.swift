/// Tries again what may succeed a little later.
///
/// Only transient failures are tried again, after a doubling wait with jitter, or after the wait the provider asks for.
/// An endpoint that cannot be reached at all is given up within seconds, by all its calls together. A call that is given
/// up is lost alone, unless several in a row are: see ``EndpointBreaker``.
public struct RetryingModel: LanguageModel {
    private let base: any LanguageModel
    private let policy: RetryPolicy
    private let breaker: EndpointBreaker
    private let time: Timekeeper
    private let random: @Sendable () -> Double
    private let onDelay: @Sendable (CallDelay) -> Void

    /// - Parameters:
    ///   - breaker: Shared by all models of one endpoint.
    ///   - random: Uniform numbers, 0 up to 1, for the jitter.
    ///   - onDelay: Told before each wait.
    public init(
        _ base: any LanguageModel, policy: RetryPolicy = RetryPolicy(), breaker: EndpointBreaker,
        time: Timekeeper = .system, random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        onDelay: @escaping @Sendable (CallDelay) -> Void = { _ in }
    ) {
        self.base = base
        self.policy = policy
        self.breaker = breaker
        self.time = time
        self.random = random
        self.onDelay = onDelay
    }

    /// The reply of the first try that succeeds.
    ///
    /// - Throws: The last try's ``ModelError`` with the number of tries in its message; the first that is not
    ///   transient; ``ModelError/Code/budgetExhausted`` in place of a wait that the run's time does not reach for;
    ///   `CancellationError` when cancelled, waits included.
    public func reply(to request: ChatRequest) async throws -> ChatReply {
        try await trying(canRepeat: { true }) { try await base.reply(to: request) }
    }

    /// As ``reply(to:)``; once a piece has been handed on, nothing is tried again.
    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        AsyncThrowingStream(producing: { emit in
            var started = false
            let reply = try await trying(canRepeat: { !started }) {
                try await base.relay(request) { piece in
                    started = true
                    emit(piece)
                }
            }
            emit(.finished(reply))
        })
    }

    public func endpoint(of model: ModelName) async throws -> String? { try await base.endpoint(of: model) }

    private func trying(
        canRepeat: () -> Bool, _ call: () async throws -> ChatReply
    ) async throws -> ChatReply {
        let start = time.now()
        let number = breaker.begin()
        var attempt = 1
        while true {
            try breaker.admit()
            let began = time.now()
            do {
                let reply = try await call()
                breaker.replied()
                return reply
            } catch let error as ModelError {
                let wait = wait(after: error, attempt: attempt, start: start, began: began)
                guard let wait, canRepeat() else { throw lost(error, tries: attempt, call: number) }
                try FailedTries.count()
                try FailedTries.admit(wait: wait, after: error)
                onDelay(CallDelay(failure: error, tries: attempt, wait: wait))
                try await time.sleep(wait)
                attempt += 1
            }
        }
    }

    /// How long to wait before the next try; nil when there is none.
    private func wait(after error: ModelError, attempt: Int, start: Duration, began: Duration) -> Duration? {
        var wait = policy.delay(after: attempt, jitter: random())
        var most = policy.totalTime
        if error.meansNoConnection {
            guard let patience = breaker.unreachable(error, since: began) else { return nil }
            wait = min(wait, patience)
        } else {
            if error.status != nil { breaker.reached() }
            guard error.isTransient else { return nil }
            if error.isAboutLimits, breaker.hasReplied, !Alternatives.areLeft {
                most = policy.limitTime
            } else if attempt >= policy.attempts {
                return nil
            }
            if let asked = error.retryAfter {
                // A little later than asked, each call by another little, so that not all come back at once.
                wait = .wait(seconds: asked) + policy.firstDelay * random()
            }
        }
        return time.now() - start + wait <= most ? wait : nil
    }

    /// `error` of a call that is not tried again, as it is thrown.
    private func lost(_ error: ModelError, tries: Int, call: Int) -> ModelError {
        guard error.isTransient else {
            if error.status != nil { breaker.refused() }
            return error
        }
        let said = error.afterTries(tries)
        // Limits and outages are not about one call.
        guard !error.isAboutLimits, !error.meansNoConnection else { return said }
        return breaker.gaveUp(said, call: call)
    }
}

extension ModelError {
    /// Whether nothing could be reached at all. libcurl itself times nothing but the connecting.
    fileprivate var meansNoConnection: Bool {
        code == .unreachable || (code == .timeout && underlyingError is CurlFailure)
    }

    /// Whether asking less often mends it.
    fileprivate var isAboutLimits: Bool { code == .rateLimited || code == .overloaded }

    /// The same failure, its message saying how often the call was tried and what the provider asked for.
    fileprivate func afterTries(_ tries: Int) -> ModelError {
        var said = message
        if isAboutLimits, let asked = retryAfter.map({ Duration.wait(seconds: $0) }), asked >= .seconds(1) {
            said += "; it asks to wait \(asked.components.seconds) s"
        }
        if tries > 1 { said += " (tried \(tries) times)" }
        return saying(said)
    }
}
