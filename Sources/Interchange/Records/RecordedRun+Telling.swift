public import Evaluation
public import TraceGraph

extension RecordedRun {
    /// The run in a few short phrases.
    public var facts: [String] {
        var facts = [optimizer, "seed \(seed)"]
        facts.append(status.map { "\($0)" + (reason.map { ": \($0)" } ?? "") } ?? "running")
        let tried = max(0, trials.count - 1)
        facts.append("\(Amounts.count(tried, "candidate")) tried")
        facts.append(Amounts.count(spend.calls, "call"))
        facts.append(Amounts.count(spend.totalTokens, "token"))
        facts.append(Amounts.dollars(spend.cost))
        if let seconds { facts.append(Amounts.time(nanoseconds: Int64(min(seconds, 1e9) * 1e9))) }
        return facts
    }

    /// The front that the run was after; nil where its objective has one aim, or it has not ended.
    public var front: FrontReport? {
        events.last { $0.kind == "front" }.flatMap { FrontReport(recorded: .object($0.content)) }
    }

    /// What differs between two candidates, parameter by parameter, by name.
    public func changes(from old: Candidate, to new: Candidate) -> [(name: String, old: Value, new: Value)] {
        let (old, new) = (values(of: old), values(of: new))
        return new.changes(from: old).map { ($0, old[$0] ?? .null, new[$0] ?? .null) }
    }
}

extension RecordedRun.Trial {
    /// What became of it, in a phrase.
    public var fateText: String {
        switch fate {
        case "rejected": "rejected: \(fateReason)"
        case let fate?: "\(fate) \(fateReason)"
        case nil: candidate.id == .seed ? "seed" : "undecided"
        }
    }
}

extension Verdict {
    /// The numbers behind the decision in one sentence.
    public var sentence: String {
        var text = ""
        if let compared {
            text =
                "hold-out \(compared.name): \(Amounts.decimal(compared.incumbent)) → "
                + "\(Amounts.decimal(compared.winner)) "
                + "(\(Amounts.signed(difference))"
            if let interval {
                text +=
                    ", \(Int((interval.confidence * 100).rounded())) % interval \(Amounts.signed(interval.lower)) to "
                    + Amounts.signed(interval.upper)
            }
            text += "); n = \(count): \(fixes) fixes, \(breaks) breaks, "
            text += pValue < 0.0001 ? "p < 0.0001. " : "p = \(Amounts.decimal(pValue, 4)). "
        }
        return text + reasons.joined(separator: "; ")
    }
}
