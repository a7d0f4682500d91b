import Synchronization

/// Calls of a ledger that only its holder may make, so that what has to be paid last can still be paid.
///
/// ```swift
/// let verdict = try ledger.setAside(calls: holdout.count * 2)
/// // … the loop spends the rest …
/// try await verdict.use { try await gate.verdict(…) }
/// ```
public final class Earmark: Sendable {
    /// The earmark that the current task may use; bound by ``use(_:)``.
    @TaskLocal static var current: Earmark?

    private let ledger: Ledger
    private let number: Int

    init(_ ledger: Ledger, _ number: Int) {
        self.ledger = ledger
        self.number = number
    }

    /// Makes the calls of `body` from what was set aside; once that is used up, from the rest of the budget.
    public func use<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await Self.$current.withValue(self, operation: body, isolation: isolation)
    }

    /// The calls still set aside.
    public var calls: Int { ledger.state.withLock { $0.earmarks[number]?.calls ?? 0 } }

    /// Seconds that everyone else's calls leave to the holder; 0 at first.
    public var seconds: Double {
        get { ledger.state.withLock { $0.earmarks[number]?.seconds ?? 0 } }
        set { ledger.finish { $0.earmarks[number]?.seconds = max(0, newValue) } }
    }

    /// Gives what is left back to the rest of the budget; nothing is set aside any more.
    public func release() {
        ledger.finish { $0.earmarks[number] = nil }
    }

    /// The earmark's number when it belongs to `ledger`.
    func number(in ledger: Ledger) -> Int? { ledger === self.ledger ? number : nil }
}

extension Ledger {
    /// Sets calls aside for the holder of the returned earmark; everyone else's calls have to leave room for them.
    ///
    /// - Parameters:
    ///   - calls: How many calls.
    ///   - tokensPerCall: What each is going to use; the average of the run's calls, kept up to date, when nil.
    ///   - costPerCall: US dollars; likewise.
    /// - Throws: ``ModelError/Code/budgetExhausted`` when the caps have no room for them.
    public func setAside(
        calls: Int, tokensPerCall: Int? = nil, costPerCall: Double? = nil
    ) throws(ModelError) -> Earmark {
        let result: Result<Int, ModelError> = state.withLock { state in
            state.earmarksMade += 1
            let number = state.earmarksMade
            state.earmarks[number] = State.Aside(
                calls: calls, tokensPerCall: tokensPerCall, costPerCall: costPerCall, largest: state.largest)
            let taken = state.spent + state.held + state.setAside(except: nil)
            let fits =
                taken.calls <= budget.calls ?? .max && taken.tokens <= budget.tokens ?? .max
                && taken.dollars <= budget.cost ?? .infinity
            guard fits else {
                state.earmarks[number] = nil
                return .failure(
                    ModelError(
                        .budgetExhausted,
                        "the budget has no room to set \(calls) calls aside for the final test; raise it, or make the "
                            + "hold-out smaller"))
            }
            return .success(number)
        }
        return Earmark(self, try result.get())
    }
}
