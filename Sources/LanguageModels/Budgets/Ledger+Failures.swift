import Synchronization

extension Ledger {
    /// Requests of this run that failed, those included that were then made again; over all models and, where
    /// ``count(failures:)`` told of them, all processes.
    public var failures: Int { state.withLock(\.failures) }

    /// Counts failed requests that an earlier process made for the same run.
    public func count(failures: Int) { finish { $0.failures += failures } }

    /// Counts a request that failed and that its caller, who keeps the reservation, is about to make again.
    ///
    /// - Parameter model: As `provider:name`.
    /// - Throws: ``ModelError/Code/budgetExhausted`` when the cap of calls has no room for another one.
    func countRepeated(model: String) throws(ModelError) {
        let refusal: ModelError? = state.withLock { state in
            state.failures += 1
            state.models[model, default: State.PerModel()].failures += 1
            guard let most = budget.calls else { return nil }
            let taken = state.spent + state.held + state.setAside(except: Earmark.current?.number(in: self))
            guard taken.calls + state.failures > most else { return nil }
            return ModelError(
                .budgetExhausted,
                "the budget is exhausted: all \(most) calls are used up, \(state.failures) of them by requests that "
                    + "failed; raise it to go on")
        }
        if let refusal { throw refusal }
    }

    /// Lets a call wait before it is tried, or tried again.
    ///
    /// - Parameter failure: What it is to be tried again after; nil for a call that waits for its turn.
    /// - Throws: ``ModelError/Code/budgetExhausted`` when the time is over before the wait is: it would be in vain.
    func admit(wait: Duration, after failure: ModelError?) throws(ModelError) {
        guard let most = budget.seconds, let left = remaining.seconds, wait.inSeconds >= left else { return }
        let what = failure.map { "can be tried again (\($0.message))" } ?? "has its turn at the endpoint"
        throw exhausted("the time of \(Self.spelled(most)) s is over before a call \(what)")
    }
}

/// Tells the account behind a call of its tries that failed and of its waits; bound by ``MeteredModel``, read by who tries
/// again and by who has calls wait.
enum FailedTries {
    /// An object and no closure: bound to a closure, code compiled for release crashes (Swift 6.3.1).
    final class Account: Sendable {
        private let ledger: Ledger
        private let model: ModelName

        init(of ledger: Ledger, asking model: ModelName) {
            self.ledger = ledger
            self.model = model
        }

        fileprivate func count() throws(ModelError) { try ledger.countRepeated(model: model.description) }

        fileprivate func admit(wait: Duration, after failure: ModelError?) throws(ModelError) {
            try ledger.admit(wait: wait, after: failure)
        }
    }

    @TaskLocal static var account: Account?

    /// Counts a try that failed, before the next one.
    ///
    /// - Throws: What the account throws when there may be no other.
    static func count() throws(ModelError) { try account?.count() }

    /// Lets the call wait; see ``Ledger/admit(wait:after:)``.
    static func admit(wait: Duration, after failure: ModelError? = nil) throws(ModelError) {
        try account?.admit(wait: wait, after: failure)
    }
}

extension ModelError {
    /// Whether a request was on its way when it happened, or was answered with it.
    var isOfRequest: Bool {
        if underlyingError is AskedPause { return false }
        return ![
            .unknownProvider, .missingKey, .budgetExhausted, .cacheMiss, .unknownPrice, .script, .localServer,
            .download,
            .setting,
        ].contains(code)
    }
}
