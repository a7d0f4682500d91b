public import TraceGraph

/// Two ways to go on from the same point, one of which is better: what models are trained on by preference (DPO and its like).
public struct PreferencePair: Sendable, Hashable, Codable {
    /// The example whose run it is from.
    public var example: String
    /// What the node that went on is called.
    public var node: String
    /// What the node was made from, by the names of its inputs.
    public var prompt: Value
    /// How the better run went on.
    public var chosen: String
    /// How the other run went on.
    public var rejected: String
    /// What made the difference, in words.
    public var hint: String
    /// The score of the better run minus that of the other, as means over replays.
    public var lift: Double

    public init(
        example: String, node: String, prompt: Value, chosen: String, rejected: String, hint: String, lift: Double
    ) {
        self.example = example
        self.node = node
        self.prompt = prompt
        self.chosen = chosen
        self.rejected = rejected
        self.hint = hint
        self.lift = lift
    }
}

extension PreferencePair {
    /// As trainers read it: `prompt`, `chosen` and `rejected` are texts; the prompt of a node with several inputs is JSON.
    public var recorded: Value {
        let inputs = prompt.object ?? [:]
        let text = inputs.count == 1 ? inputs.values.first?.plainText ?? "" : prompt.json
        return [
            "prompt": .text(text), "chosen": .text(chosen), "rejected": .text(rejected), "example": .text(example),
            "node": .text(node), "hint": .text(hint), "lift": .number(lift),
        ]
    }
}
