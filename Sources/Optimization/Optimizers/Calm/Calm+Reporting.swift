public import Evaluation
public import TraceGraph

extension Calm {
    /// What came of its hints: lift, tokens changed, rules kept of those proposed, gain on the hold-out, calls a repair.
    public func report(on best: Candidate, from seed: Candidate, _ verdict: Verdict) -> [String] {
        guard !memory.proposed.isEmpty || memory.repairs > 0 else { return [] }
        let names = Set(memory.proposed.compactMap { $0.split(separator: "\u{1}").first.map(String.init) })
        let kept = memory.rules.count { rule in
            best[rule.parameter]?.text.map { Self.lines($0).contains(rule.text) } ?? false
        }
        var parts = repairsInWords
        parts.append("\(kept) of \(memory.proposed.count) rules proposed were kept")
        if !names.isEmpty { parts.append("tokens of their texts \(Self.growth(of: names, from: seed, to: best)) %") }
        parts.append(
            verdict.count > 0
                ? "\(verdict.metric) on the hold-out \(Self.signed(verdict.difference))"
                : "nothing tried on the hold-out")
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
            let sound = options.flawless ? ", \(memory.flawless) of them without a flaw" : ""
            parts.append("\(memory.right) runs made right\(sound)")
        }
        return parts
    }

    /// How much longer the texts `names` became, in per cent with a sign.
    static func growth(of names: Set<String>, from seed: Candidate, to best: Candidate) -> String {
        func tokens(_ candidate: Candidate) -> Int {
            names.reduce(0) { $0 + TextTokens.estimate(of: (candidate[$1] ?? seed[$1])?.plainText ?? "") }
        }
        let (before, after) = (tokens(seed), tokens(best))
        return signed((100 * Double(after - before) / Double(max(1, before))).rounded())
    }

    private static func signed(_ number: Double) -> String {
        let rounded = (number * 1000).rounded() / 1000
        return (rounded < 0 ? "" : "+") + ValueText.number(rounded)
    }
}
