public import Evaluation
public import TraceGraph

extension Calm {
    /// What came of its hints: lift, tokens changed, rules kept of those proposed, gain on the hold-out, calls a repair.
    public func report(on best: Candidate, from seed: Candidate, _ verdict: Verdict) -> [String] {
        guard !memory.proposed.isEmpty || memory.repairs > 0 else { return [] }
        let kept = memory.rules.count { rule in
            best[rule.parameter]?.text.map { Self.lines($0).contains(rule.text) } ?? false
        }
        var before = 0
        var after = 0
        for (name, value) in seed.values where value.text != nil {
            before += TextTokens.estimate(of: value.plainText)
            after += TextTokens.estimate(of: (best[name] ?? value).plainText)
        }
        let growth = (100 * Double(after - before) / Double(max(1, before))).rounded()
        var parts = repairsInWords
        parts.append("\(kept) of \(memory.proposed.count) rules proposed were kept")
        parts.append("tokens of the texts \(growth < 0 ? "" : "+")\(ValueText.number(growth)) %")
        parts.append(
            verdict.count > 0
                ? "\(verdict.metric) on the hold-out \(Self.signed(verdict.difference))" : "nothing tried on the hold-out")
        return ["hints: " + parts.joined(separator: "; ")]
    }

    /// What came of hints that were tried on their runs; nothing where none was.
    var repairsInWords: [String] {
        guard memory.repairs > 0 else { return [] }
        var parts = [
            "\(memory.helped) of \(memory.repairs) hints tried helped, "
                + "mean lift \(Self.signed(memory.lift / Double(memory.repairs)))"
        ]
        if memory.helped > 0 {
            let each = Double(memory.calls) / Double(memory.helped)
            parts[0] += ", \(ValueText.number((each * 10).rounded() / 10)) calls a repair"
        }
        if memory.right > 0 {
            parts.append("\(memory.right) runs made right, \(memory.flawless) of them without a flaw")
        }
        return parts
    }

    private static func signed(_ number: Double) -> String {
        let rounded = (number * 1000).rounded() / 1000
        return (rounded < 0 ? "" : "+") + ValueText.number(rounded)
    }
}
