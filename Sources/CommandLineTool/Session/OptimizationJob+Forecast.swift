import Evaluation
import LanguageModels
import Optimization
import TraceGraph
import Workflows

extension OptimizationJob {
    /// What the run is going to take, at the least and at the most, and what its hold-out can decide.
    func forecast() -> String {
        let perExample = session.workflow.file.callsPerExample
        let (validation, holdout) = (splits.validation.count, splits.holdout.count)
        let minibatches = plan.minibatch * (1 + plan.siblings)
        let optimizerCalls = optimizerName == "random" ? 0 : plan.siblings
        let least = perExample * (validation + plan.minibatch) + optimizerCalls
        let most =
            perExample * (validation + plan.steps * (minibatches + plan.siblings * validation) + 2 * holdout)
            + plan.steps * 2 * optimizerCalls
        var lines = [
            "\(record.name): \(optimizerName) with \(optimizerModel), seed \(plan.seed)",
            "  data     \(splits.train.count) train, \(validation) validation, \(holdout) hold-out examples",
            "  loop     at most \(plan.steps) steps of \(plan.minibatch) examples and "
                + Figures.count(plan.siblings, "proposal"),
            "  calls    \(Figures.grouped(least)) at the least, \(Figures.grouped(most)) at the most, "
                + "\(Figures.count(perExample, "call")) an example"
                + (session.ledger.budget.calls.map { "; capped at \(Figures.grouped($0))" } ?? ""),
        ]
        if let calls = session.ledger.budget.calls, calls < perExample * (validation + 2 * holdout) + least {
            lines.append(
                "  warning  the cap leaves no room for a step beside the baseline and the hold-out; raise it to at "
                    + "least \(Figures.grouped(perExample * (validation + 2 * holdout) + least))")
        }
        lines.append("  gate     \(gate.metric), α = \(Figures.decimal(gate.alpha, 2)), \(holdout) examples:")
        for (gain, design) in [
            (5, PairedDesign(fixRate: 0.15, breakRate: 0.10)), (10, PairedDesign(fixRate: 0.20, breakRate: 0.10)),
            (15, PairedDesign(fixRate: 0.25, breakRate: 0.10)),
        ] {
            let power = design.power(sampleSize: holdout, alpha: gate.alpha)
            let needed = design.sampleSize(alpha: gate.alpha).map { "; 80 % needs \(Figures.grouped($0))" } ?? ""
            lines.append(
                "           a gain of \(gain) points is found with probability \(Figures.decimal(power, 2))\(needed)")
        }
        return lines.joined(separator: "\n")
    }
}

extension WorkflowFile {
    /// Model calls that running one example makes.
    fileprivate var callsPerExample: Int {
        steps.count { step in
            if case .prompt = step.action { true } else { false }
        }
    }
}
