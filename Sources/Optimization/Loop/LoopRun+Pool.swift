import Evaluation
import LanguageModels
import TraceGraph

extension LoopRun {
    /// Runs those that were better than their parent on the minibatch, or all where there was none, on the whole
    /// validation split.
    ///
    /// - Returns: Whether one of them is the best candidate now.
    mutating func admit(_ trials: inout [Trial], batch: [Example]) async throws -> Bool {
        var hasGained = false
        for place in trials.indices {
            let trial = trials[place]
            if !batch.isEmpty {
                guard let parent = candidate(trial.proposal.parent) else { continue }
                let comparison = Comparison(
                    trial.minibatch, against: try await evaluate(parent, on: batch, split: "train"), by: ranking)
                guard comparison.isBetter else {
                    trials[place].fate = .rejected("not better on the minibatch: \(comparison.spelled)")
                    continue
                }
            }
            guard loop.ledger.canAfford(calls: loop.splits.validation.count * callsPerExample) else {
                trials[place].fate = .rejected("the budget does not reach for the validation split")
                continue
            }
            let validation = try await evaluate(trial.candidate, on: loop.splits.validation, split: "validation")
            trials[place].validation = validation
            let comparison = Comparison(validation, against: bestValidation, by: ranking)
            report(trial.candidate, validation, comparison, split: "validation")
            if comparison.isBetter {
                trials[place].fate = .accepted(comparison.spelled)
                best = trial.candidate
                bestValidation = validation
                hasGained = true
            } else {
                trials[place].fate = .kept("not better than \(best.id) on validation: \(comparison.spelled)")
            }
        }
        return hasGained
    }
}
