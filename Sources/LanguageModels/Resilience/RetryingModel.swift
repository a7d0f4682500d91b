/// Tries again what may succeed a little later.
///
/// Only transient failures are tried again, after a doubling wait with jitter, or after the wait the provider asks for.
/// An endpoint that cannot be reached at all is given up within seconds, by all its calls together.
public struct RetryingModel: LanguageModel {
    private let base: any LanguageModel
    private let policy: RetryPolicy
    private let breaker: EndpointBreaker
    private let time: Timekeeper
    private let random: @Sendable () -> Double

    /// - Parameters:
    ///   - breaker: Shared by all models of one endpoint.
    ///   - random: Uniform numbers, 0 up to 1, for the jitter.
    public init(
        _ base: any LanguageModel, policy: RetryPolicy = RetryPolicy(), breaker: EndpointBreaker,
        time: Timekeeper = .system, random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.base = base
        self.policy = policy
        self.breaker = breaker
        self.time = time
        self.random = random
    }

    /// The reply of the first try that succeeds.
    ///
    /// - Throws: The last try's ``ModelError`` with the number of tries in its message; the first that is not
    ///   transient; `CancellationError` when cancelled, waits included.
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
        var attempt = 1
        while true {
            try breaker.admit()
            do {
                let reply = try await call()
                breaker.answered()
                return reply
            } catch let error as ModelError {
                let wait = wait(after: error, attempt: attempt, elapsed: time.now() - start)
                guard canRepeat(), let wait else { throw error.afterTries(attempt) }
                try FailedTries.count()
                try await time.sleep(wait)
                attempt += 1
            }
        }
    }

    /// How long to wait before the next try; nil when there is none.
    private func wait(after error: ModelError, attempt: Int, elapsed: Duration) -> Duration? {
        var wait = policy.delay(after: attempt, jitter: random())
        if error.meansNoConnection {
            guard let patience = breaker.unreachable(error) else { return nil }
            wait = min(wait, patience)
        } else {
            if error.status != nil { breaker.answered() }
            guard error.isTransient, attempt < policy.attempts else { return nil }
            if let asked = error.retryAfter {
                // A little later than asked, each call by another little, so that not all come back at once.
                wait = .wait(seconds: asked) + policy.firstDelay * random()
            }
        }
        return elapsed + wait <= policy.totalTime ? wait : nil
    }
}

extension ModelError {
    /// Whether nothing could be reached at all. libcurl itself times nothing but the connecting.
    fileprivate var meansNoConnection: Bool {
        code == .unreachable || (code == .timeout && underlyingError is CurlFailure)
    }

    /// The same failure, its message saying how often the call was tried.
    fileprivate func afterTries(_ tries: Int) -> ModelError {
        guard tries > 1 else { return self }
        return ModelError(
            code, "\(message) (tried \(tries) times)", model: model, url: url, status: status,
            retryAfter: retryAfter, refusedSetting: refusedSetting, underlyingError: underlyingError)
    }
}
