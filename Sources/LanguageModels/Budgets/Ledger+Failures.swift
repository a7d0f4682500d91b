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
}

/// Tells the account behind a call of its tries that failed; bound by ``MeteredModel``, read by who tries again.
enum FailedTries {
    @TaskLocal static var account: (@Sendable () throws -> Void)?

    /// Counts a try that failed, before the next one.
    ///
    /// - Throws: What the account throws when there may be no other.
    static func count() throws { try account?() }
}

extension ModelError {
    /// Whether a request was on its way when it happened, or was answered with it.
    var isOfRequest: Bool {
        ![
            .unknownProvider, .missingKey, .budgetExhausted, .cacheMiss, .unknownPrice, .script, .localServer,
            .download,
            .setting,
        ].contains(code)
    }
}
