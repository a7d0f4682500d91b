import Synchronization

extension Ledger {
    /// What is left of the caps, reservations and what is set aside taken off; nil where there is no cap.
    public var remaining: Budget {
        let own = Earmark.current?.number(in: self)
        let (taken, secondsAside) = state.withLock { state in
            (state.spent + state.held + state.setAside(except: own), state.secondsAside(except: own))
        }
        return Budget(
            calls: budget.calls.map { max(0, $0 - taken.calls) },
            tokens: budget.tokens.map { max(0, $0 - taken.tokens) },
            cost: budget.cost.map { max(0, $0 - taken.dollars) },
            seconds: budget.seconds.map { max(0, $0 - elapsed.inSeconds - secondsAside) })
    }

    /// Whether `calls` more calls fit the caps of calls, tokens and cost, each taken to use what the run's calls used on
    /// average so far.
    ///
    /// What failed and what time it is are left out: a repetition of the run meets neither again, and has to come to the
    /// same decision.
    public func canAfford(calls: Int) -> Bool {
        let left = remaining
        let mean = state.withLock(\.mean)
        if let most = left.calls, calls > most { return false }
        let needed = calls * mean
        if let most = left.tokens, needed.tokens > most { return false }
        if let most = left.cost, needed.dollars > most { return false }
        return true
    }

    /// Refuses a run with a cost cap whose models have no known price, before its first call.
    ///
    /// - Throws: ``ModelError/Code/unknownPrice`` naming the models, unless unknown prices are allowed.
    public func requirePrices(of models: [ModelName], in prices: PriceTable) throws(ModelError) {
        guard budget.cost != nil, !allowsUnknownPrices else { return }
        var unknown: [String] = []
        for model in models where prices.price(of: model) == nil && !unknown.contains(model.description) {
            unknown.append(model.description)
        }
        if !unknown.isEmpty { throw Self.unknownPrice(of: unknown) }
    }

    static func unknownPrice(of models: [String]) -> ModelError {
        let several = models.count > 1
        return ModelError(
            .unknownPrice,
            "the cost is capped, but the price\(several ? "s" : "") of \(models.joined(separator: ", ")) "
                + "\(several ? "are" : "is") unknown: give \(several ? "them" : "it") in a price file, or allow "
                + "unknown prices (`--allow-unknown-prices`), which then count as nothing")
    }

    /// Why `request` does not fit beside what is spent, set aside for others, and `held`; nil when it fits.
    func refusal(_ request: Request, _ state: State, held: Spend) -> ModelError? {
        if let admitted = state.admitted {
            return admitted.contains(request.key) ? nil : exhausted("it was here when the run was first made")
        }
        if budget == .unlimited { return nil }
        if let seconds = budget.seconds, !request.isRecorded {
            let aside = state.secondsAside(except: request.earmark)
            if elapsed.inSeconds >= seconds - aside {
                let kept = aside > 0 ? " (\(Self.spelled(aside)) s of it are set aside for the final test)" : ""
                return exhausted("the time of \(Self.spelled(seconds)) s is over\(kept)")
            }
        }
        if budget.cost != nil, request.most.unpriced > 0, !allowsUnknownPrices {
            return Self.unknownPrice(of: [request.model])
        }
        let own = request.earmark.flatMap { state.earmarks[$0]?.calls } ?? 0
        let aside = state.setAside(except: own > 0 ? request.earmark : nil)
        let base = state.spent + held + aside
        let wanted = base + request.most
        // What is set aside is what its calls are going to use; the last of them can only be made where what it may use at
        // most has room too.
        let slack = aside.calls > 0 ? state.slack(except: request.earmark) : Spend.none
        // The holder's own remaining calls stay set aside for the holder's other calls.
        let ownRest = max(0, own - 1)
        if let most = budget.calls, wanted.calls + ownRest + state.failures > most {
            let failed = state.failures > 0 ? ", \(state.failures) of them by requests that failed" : ""
            return exhausted("all \(most) calls are used up\(failed)", aside)
        }
        if let most = budget.tokens, wanted.tokens + slack.tokens > most {
            return exhausted(
                "\(base.tokens) of \(most) tokens are used up and the next call may take \(request.most.tokens)", aside)
        }
        if let most = budget.cost, (wanted + slack).dollars > most {
            return exhausted(
                "$\(Self.spelled(base.dollars)) of $\(Self.spelled(most)) are used up and the next call may cost "
                    + "$\(Self.spelled(request.most.dollars))", aside)
        }
        return nil
    }

    func exhausted(_ reason: String, _ aside: Spend = .none) -> ModelError {
        let kept = aside.calls > 0 ? " (\(aside.calls) calls are set aside for the final test)" : ""
        return ModelError(.budgetExhausted, "the budget is exhausted: \(reason)\(kept); raise it to go on")
    }

    /// A number with at most six decimals.
    static func spelled(_ number: Double) -> String {
        guard abs(number) < 1e12 else { return "\(number)" }
        let millionths = Int((number * 1e6).rounded())
        let (whole, rest) = abs(millionths).quotientAndRemainder(dividingBy: 1_000_000)
        var decimals = String(String(rest + 1_000_000).dropFirst())
        while decimals.hasSuffix("0") { decimals.removeLast() }
        return (millionths < 0 ? "-" : "") + "\(whole)" + (decimals.isEmpty ? "" : ".\(decimals)")
    }
}
