import Evaluation
import TraceGraph

/// The gate's finding in a few lines.
struct VerdictCard {
    let verdict: Verdict
    let terminal: Terminal

    func shown() -> String {
        var lines = [terminal.paint(word, colour) + "  " + summary]
        if let compared = verdict.compared {
            var line =
                "  hold-out \(compared.name): \(Figures.decimal(compared.incumbent)) → "
                + Figures.decimal(compared.winner)
                + "  (\(Figures.signed(verdict.difference))"
            if let interval = verdict.interval {
                line +=
                    ", \(Int((interval.confidence * 100).rounded())) % interval "
                    + "\(Figures.signed(interval.lower)) to \(Figures.signed(interval.upper))"
            }
            lines.append(line + ")")
            if verdict.measure != nil, let incumbent = verdict.incumbentMean, let winner = verdict.winnerMean {
                lines.append("  mean of all: \(Figures.decimal(incumbent)) → \(Figures.decimal(winner))")
            }
            lines.append(
                "  n = \(verdict.count): \(Figures.count(verdict.fixes, "fix", "fixes")), "
                    + "\(Figures.count(verdict.breaks, "break")), \(probability) (\(testName), one-sided, "
                    + "α = \(level))")
        }
        if let expense = verdict.expense, expense.incumbentTokens + expense.winnerTokens > 0 {
            lines.append("  an example takes " + words(for: expense))
        }
        // What is the same for both tells nothing.
        if let evidence = verdict.evidence,
            Figures.decimal(evidence.incumbent, 2) != Figures.decimal(evidence.winner, 2)
        {
            lines.append(
                "  outputs beside what is expected, 0 unlike to 1 the same: \(Figures.decimal(evidence.incumbent, 2)) → "
                    + Figures.decimal(evidence.winner, 2))
        }
        if let noise = verdict.noise {
            lines.append(
                "  \(Int((noise.chance * 100).rounded())) % of the variance of a single run is chance: \(noise.summary)"
            )
        }
        lines += verdict.alarms.map { "  " + terminal.paint("alarm: ", .yellow) + $0 }
        lines += verdict.ceilings.map { "  \($0.summary)" }
        guard terminal.isLookedAt else { return lines.joined(separator: "\n") }
        return lines.map { $0.folded(terminal.width, indent: "    ") }.joined(separator: "\n")
    }

    private var word: String { verdict.decision.rawValue.uppercased() }

    private var colour: Terminal.Colour {
        switch verdict.decision {
        case .promote: .green
        case .keep: .red
        case .inconclusive: .yellow
        }
    }

    private var summary: String { verdict.reasons.joined(separator: "; ") }

    /// Where tokens are free there is nothing to say of dollars.
    private func words(for expense: Verdict.Expense) -> String {
        let (before, after) = (expense.incumbentTokens, expense.winnerTokens)
        var text = "\(Figures.decimal(before, 0)) → \(Figures.decimal(after, 0)) tokens"
        if before > 0 { text += " (\(Figures.signed((after / before - 1) * 100, 0)) %)" }
        if let before = expense.incumbentCost, let after = expense.winnerCost, before + after > 0 {
            text += ", \(Figures.dollars(before)) → \(Figures.dollars(after))"
        }
        return text
    }

    private var probability: String {
        verdict.pValue < 0.0001 ? "p < 0.0001" : "p = \(Figures.decimal(verdict.pValue, 4))"
    }

    /// A level that alpha was spent to reach needs more than two decimals.
    private var level: String {
        let hundredths = (verdict.alpha * 100).rounded() / 100
        return Figures.decimal(verdict.alpha, abs(verdict.alpha - hundredths) < 1e-9 ? 2 : 4)
    }

    private var testName: String {
        switch verdict.test {
        case .mcNemar: "exact McNemar test"
        case .pairedT: "paired t test"
        case .signFlip: "sign-flip test"
        case .bootstrap: "paired bootstrap"
        case .swap: "swap test"
        case .none: "not tested"
        }
    }
}
