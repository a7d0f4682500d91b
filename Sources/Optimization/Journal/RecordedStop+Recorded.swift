import ContentHash
import LanguageModels
public import TraceGraph

extension RecordedStop {
    /// The stop as a value: what the journal holds.
    public var recorded: Value {
        func entries(_ entries: [Ledger.Entry]?) -> Value { entries.map { .list($0.map(\.recorded)) } ?? .null }
        var fields: Fields = [
            "step": .integer(step), "reason": .text(reason), "is_budget": .flag(isBudget), "cut": entries(cut),
            "gate": entries(gate),
        ]
        if !lost.isEmpty { fields["lost"] = .list(lost.map(\.recorded)) }
        return .object(fields)
    }

    /// Reads ``recorded`` back; nil for anything else.
    public init?(recorded: Value) {
        guard let step = recorded["step"]?.integer, let reason = recorded["reason"]?.text,
            let isBudget = recorded["is_budget"]?.flag
        else { return nil }
        self.init(step: step, reason: reason, isBudget: isBudget)
        for (name, place) in [("cut", \RecordedStop.cut), ("gate", \RecordedStop.gate)] {
            guard let list = recorded[name]?.list else { continue }
            let entries = list.compactMap(Ledger.Entry.init(recorded:))
            guard entries.count == list.count else { return nil }
            self[keyPath: place] = entries
        }
        guard let lost = [LostCall](recorded: recorded["lost"] ?? []) else { return nil }
        self.lost = lost
    }
}

extension Ledger.Entry {
    fileprivate var recorded: Value {
        var fields = usage.recorded
        fields["key"] = .text(key.hex)
        fields["model"] = .text(model)
        fields["is_kept"] = .flag(isKept)
        return .object(fields)
    }

    fileprivate init?(recorded: Value) {
        guard let key = recorded["key"]?.text.flatMap(ContentHash.init(hex:)), let model = recorded["model"]?.text,
            let isKept = recorded["is_kept"]?.flag, let usage = Usage(recorded: recorded)
        else { return nil }
        self.init(key: key, model: model, usage: usage, isKept: isKept)
    }
}

extension Usage {
    /// Reads its fields back; nil for anything else.
    init?(recorded: Value) {
        guard let calls = recorded["calls"]?.integer, let prompt = recorded["prompt_tokens"]?.integer,
            let cached = recorded["cached_prompt_tokens"]?.integer,
            let completion = recorded["completion_tokens"]?.integer
        else { return nil }
        self.init(
            calls: calls, promptTokens: prompt, cachedPromptTokens: cached, completionTokens: completion,
            cost: recorded["cost"]?.number)
    }
}
