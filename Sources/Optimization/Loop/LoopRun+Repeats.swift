import Evaluation
import TraceGraph

extension LoopRun {
    /// Settles how often examples are run from here on, where the baseline is to tell, and says what it told.
    mutating func settleRepeats() async throws {
        let found = noise(of: seed, on: loop.splits.validation) { $0.score }
        if case .automatic(let most) = loop.plan.repeats {
            repeats = found?.repeats(most: most) ?? 1
            bestValidation = try await evaluate(seed, on: loop.splits.validation, split: "validation")
        }
        guard let found else { return }
        let times = repeats == 1 ? "once" : "\(repeats) times"
        let note = OptimizerNote(.remark, "\(found.summary); each example is run \(times)")
        step.notes.append(note)
        event(.note(step: step.index, note))
    }

    /// Where the spread of a candidate's scores comes from; nil without repeats.
    func noise(
        of candidate: Candidate, on examples: [Example], _ score: (Evaluation) -> Double?
    ) -> ScoreNoise? {
        var sheet = ScoreSheet()
        for example in examples {
            for repetition in 0..<repeats {
                guard let run = memory[EvaluationKey(candidate.id, example, repetition)] else { continue }
                sheet.add(score(run), for: example.id)
            }
        }
        return sheet.noise
    }
}
