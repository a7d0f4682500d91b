public import TraceGraph

extension Verdict {
    /// The verdict as an object, its fields in snake case; what is unknown is null.
    public var recorded: Value {
        [
            "decision": .text(decision.rawValue), "metric": .text(metric), "direction": .text(direction.rawValue),
            "incumbent_mean": incumbentMean.map(Value.number) ?? .null,
            "winner_mean": winnerMean.map(Value.number) ?? .null, "difference": .number(difference),
            "interval": interval.map {
                [
                    "lower": .number($0.lower), "upper": .number($0.upper), "confidence": .number($0.confidence),
                ]
            } ?? .null,
            "p_value": .number(pValue), "alpha": .number(alpha), "count": .integer(count), "fixes": .integer(fixes),
            "breaks": .integer(breaks), "test": .text(test.rawValue),
            "needed_count": neededCount.map(Value.integer) ?? .null, "reasons": .list(reasons.map(Value.text)),
            "alarms": .list(alarms.map(Value.text)), "ceilings": .list(ceilings.map(\.recorded)),
            "expense": expense?.recorded ?? .null,
            "evidence": evidence.map { ["incumbent": .number($0.incumbent), "winner": .number($0.winner)] } ?? .null,
            "noise": noise.map { ["within": .number($0.within), "between": .number($0.between)] } ?? .null,
            "measure": measure.map {
                ["name": .text($0.name), "incumbent": .number($0.incumbent), "winner": .number($0.winner)]
            } ?? .null,
        ]
    }

    /// Reads what ``recorded`` gives; nil for anything else.
    public init?(recorded: Value) {
        guard let decision = recorded["decision"]?.text.flatMap(Decision.init),
            let direction = recorded["direction"]?.text.flatMap(MetricDirection.init),
            let test = recorded["test"]?.text.flatMap(Test.init), let metric = recorded["metric"]?.text,
            let difference = recorded["difference"]?.number, let pValue = recorded["p_value"]?.number,
            let alpha = recorded["alpha"]?.number, let count = recorded["count"]?.integer,
            let fixes = recorded["fixes"]?.integer, let breaks = recorded["breaks"]?.integer,
            let ceilings = recorded["ceilings"]?.list?.map(CeilingVerdict.init), !ceilings.contains(nil)
        else { return nil }
        self.init(
            decision: decision, metric: metric, direction: direction,
            incumbentMean: recorded["incumbent_mean"]?.number, winnerMean: recorded["winner_mean"]?.number,
            difference: difference, interval: recorded["interval"].flatMap(Interval.init), pValue: pValue,
            alpha: alpha, count: count, fixes: fixes, breaks: breaks, test: test,
            neededCount: recorded["needed_count"]?.integer,
            reasons: recorded["reasons"]?.list?.compactMap(\.text) ?? [],
            alarms: recorded["alarms"]?.list?.compactMap(\.text) ?? [], ceilings: ceilings.compactMap { $0 },
            expense: recorded["expense"].flatMap(Expense.init),
            evidence: recorded["evidence"].flatMap(Evidence.init),
            noise: recorded["noise"].flatMap(ScoreNoise.init), measure: recorded["measure"].flatMap(Measure.init))
    }
}

extension Verdict.Expense {
    fileprivate var recorded: Value {
        [
            "incumbent_tokens": .number(incumbentTokens), "winner_tokens": .number(winnerTokens),
            "incumbent_cost": incumbentCost.map(Value.number) ?? .null,
            "winner_cost": winnerCost.map(Value.number) ?? .null,
        ]
    }

    fileprivate init?(_ recorded: Value) {
        guard let incumbent = recorded["incumbent_tokens"]?.number, let winner = recorded["winner_tokens"]?.number
        else { return nil }
        self.init(
            incumbentTokens: incumbent, winnerTokens: winner, incumbentCost: recorded["incumbent_cost"]?.number,
            winnerCost: recorded["winner_cost"]?.number)
    }
}

extension Verdict.Evidence {
    fileprivate init?(_ recorded: Value) {
        guard let incumbent = recorded["incumbent"]?.number, let winner = recorded["winner"]?.number else { return nil }
        self.init(incumbent: incumbent, winner: winner)
    }
}

extension Verdict.Measure {
    fileprivate init?(_ recorded: Value) {
        guard let name = recorded["name"]?.text, let incumbent = recorded["incumbent"]?.number,
            let winner = recorded["winner"]?.number
        else { return nil }
        self.init(name, incumbent: incumbent, winner: winner)
    }
}

extension Interval {
    fileprivate init?(_ recorded: Value) {
        guard let lower = recorded["lower"]?.number, let upper = recorded["upper"]?.number,
            let confidence = recorded["confidence"]?.number
        else { return nil }
        self.init(lower: lower, upper: upper, confidence: confidence)
    }
}

extension ScoreNoise {
    fileprivate init?(_ recorded: Value) {
        guard let within = recorded["within"]?.number, let between = recorded["between"]?.number else { return nil }
        self.init(within: within, between: between)
    }
}

extension CeilingVerdict {
    fileprivate var recorded: Value {
        [
            "metric": .text(metric), "limit": .number(limit), "is_held": .flag(isHeld),
            "mean": mean.map(Value.number) ?? .null,
            direction == .minimize ? "upper_bound" : "lower_bound": bound.map(Value.number) ?? .null,
            "confidence": .number(confidence), "method": .text(method.rawValue), "count": .integer(count),
            "missing": .integer(missing),
        ]
    }

    fileprivate init?(_ recorded: Value) {
        guard let metric = recorded["metric"]?.text, let limit = recorded["limit"]?.number,
            let isHeld = recorded["is_held"]?.flag, let confidence = recorded["confidence"]?.number,
            let method = recorded["method"]?.text.flatMap(Method.init), let count = recorded["count"]?.integer,
            let missing = recorded["missing"]?.integer
        else { return nil }
        self.init(
            metric: metric, limit: limit, direction: recorded["lower_bound"] == nil ? .minimize : .maximize,
            isHeld: isHeld, mean: recorded["mean"]?.number,
            bound: recorded["upper_bound"]?.number ?? recorded["lower_bound"]?.number, confidence: confidence,
            method: method, count: count,
            missing: missing)
    }
}
