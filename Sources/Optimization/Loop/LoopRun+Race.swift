import Evaluation
import LanguageModels
import TraceGraph

extension LoopRun {
    /// Runs the siblings against each other and the best candidate on the validation split, a lap at a time, and takes
    /// over the best if it is better.
    ///
    /// A minibatch is too small to tell siblings apart (with eight examples and scores of 0 and 1 the standard error of a
    /// difference is about .2), so all that it does not show to be behind start. After each lap those drop out that are
    /// clearly behind the best candidate or the leading sibling (Hoeffding races, Maron & Moore 1994, with t intervals),
    /// and all but the leader where the budget does not reach for more.
    ///
    /// - Returns: The place of the winner in `trials`.
    mutating func choose(from trials: inout [Trial], observed: [Evaluation]) async throws -> Int? {
        var running = starters(&trials, observed: observed)
        let examples = loop.splits.validation
        var start = 0
        while start < examples.count, !running.isEmpty {
            running = ranked(running, trials)
            if running.count > 1, !canAfford(running.count * (examples.count - start)) {
                for place in running.dropFirst() {
                    trials[place].fate = .rejected("a sibling leads, and the budget reaches for one of them")
                }
                running = Array(running.prefix(1))
            }
            let lap = examples[start..<min(start + Self.lap, examples.count)]
            for place in running {
                trials[place].validation += try await evaluate(
                    trials[place].candidate, on: Array(lap), split: "validation")
            }
            start = lap.endIndex
            if start < examples.count { running = stillRunning(running, &trials) }
        }
        for (place, trial) in trials.enumerated() where !trial.validation.isEmpty {
            let comparison = Comparison(trial.validation, against: bestValidation, by: ranking)
            report(trial.candidate, trial.validation, comparison, split: "validation")
            if running.contains(place), !comparison.isBetter {
                trials[place].fate = .rejected("not better on validation: \(comparison.spelled)")
            }
        }
        let better = ranked(running, trials).filter {
            Comparison(trials[$0].validation, against: bestValidation, by: ranking).isBetter
        }
        guard let winner = preferred(among: better, trials) else { return nil }
        for place in better where place != winner {
            trials[place].fate = .rejected("\(trials[winner].candidate.id), its sibling, is better on validation")
        }
        trials[winner].fate = .accepted(
            Comparison(trials[winner].validation, against: bestValidation, by: ranking).spelled)
        best = trials[winner].candidate
        bestValidation = trials[winner].validation
        return winner
    }

    /// The one that the objective prefers to the others; the first where only means count.
    private func preferred(among places: [Int], _ trials: [Trial]) -> Int? {
        places.dropFirst().reduce(places.first) { leader, place in
            guard let leader else { return place }
            let comparison = Comparison(trials[place].validation, against: trials[leader].validation, by: ranking)
            return comparison.isPreferred == true ? place : leader
        }
    }

    /// Those that the minibatch does not show to be behind the parent or the leading sibling.
    private func starters(_ trials: inout [Trial], observed: [Evaluation]) -> [Int] {
        let able = trials.indices.filter { place in
            let comparison = Comparison(trials[place].minibatch, against: observed, by: ranking)
            return !comparison.isHopeless && (comparison.isBetter || !comparison.allTie)
        }
        guard let leader = ranked(able, trials).first else { return [] }
        return able.filter { place in
            let comparison = Comparison(trials[place].minibatch, against: trials[leader].minibatch, by: ranking)
            guard place != leader, comparison.isHopeless else { return true }
            trials[place].fate = .rejected(
                "behind \(trials[leader].candidate.id), its sibling, on the minibatch: \(comparison.spelled)")
            return false
        }
    }

    /// Examples of a lap.
    private static var lap: Int { 12 }

    private func canAfford(_ examples: Int) -> Bool {
        loop.ledger.canAfford(calls: examples * callsPerExample)
    }

    /// The best first: by validation as far as it was run, else by the minibatch.
    private func ranked(_ places: [Int], _ trials: [Trial]) -> [Int] {
        places.sorted { a, b in
            let (a, b) = (trials[a], trials[b])
            let (one, other) = (
                a.validation.isEmpty ? a.minibatch : a.validation, b.validation.isEmpty ? b.minibatch : b.validation
            )
            let first = (one.rank, one.areConstant ? 0 : 1, one.meanEvidence, a.minibatch.rank)
            let second = (other.rank, other.areConstant ? 0 : 1, other.meanEvidence, b.minibatch.rank)
            return first == second ? a.candidate.id < b.candidate.id : first > second
        }
    }

    private func stillRunning(_ running: [Int], _ trials: inout [Trial]) -> [Int] {
        guard let leader = ranked(running, trials).first else { return [] }
        return running.filter { place in
            let trial = trials[place]
            let comparison = Comparison(trial.validation, against: bestValidation, by: ranking)
            let toLeader = Comparison(trial.validation, against: trials[leader].validation, by: ranking)
            if comparison.isHopeless {
                trials[place].fate = .rejected(
                    "behind on validation after \(comparison.count) examples: \(comparison.spelled)")
                return false
            }
            if place != leader, toLeader.isHopeless {
                trials[place].fate = .rejected(
                    "behind \(trials[leader].candidate.id), its sibling, after \(toLeader.count) examples: "
                        + toLeader.spelled)
                return false
            }
            return true
        }
    }
}
