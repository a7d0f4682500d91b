import Optrace

extension RuleWorld {
    /// The figures that `ruleworld.py check` prints of the same world, to hold the two against each other.
    var figures: Value {
        let seedTexts = ["plan": "begin", "answer": "begin"]
        var full: [String: String] = [:]
        for node in Self.nodes {
            full[node] = (["begin"] + (0..<Self.rulesPerNode).map { "\(node.prefix(1))\($0)" }).joined(separator: "\n")
        }
        let failure = train.lazy.map { ($0.id, run(seedTexts, $0)) }.first { !$0.1.isSolved }
        var hints = Fields()
        for node in Self.nodes { hints[node] = failure?.1.hints[node].map(Value.text) ?? .null }
        return [
            "seed": .integer(seed), "true(seed candidate)": .number(quality(seedTexts)),
            "true(all rules)": .number(quality(full)),
            "train solved by seed candidate": .integer(train.count { run(seedTexts, $0).isSolved }),
            "first failure": .list([.text(failure?.0 ?? ""), .object(hints)]),
            "reflect": .text(Self.reflected("begin\np1", ["p2", "x3", "p4"], key: "7")),
        ]
    }
}
