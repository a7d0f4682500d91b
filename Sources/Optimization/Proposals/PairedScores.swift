import Evaluation
public import TraceGraph

/// Mean scores of candidates as if all had been run on the same examples, and how far each may be off.
///
/// What makes an example hard is the same for all candidates and tells nothing about any: the mean over the candidates is
/// taken off every example first. What is left of a candidate's scores gives its mean, also where it was run on fewer
/// examples than others, and the variance of that mean.
public struct PairedScores: Sendable {
    /// One candidate's.
    public struct Standing: Sendable, Hashable {
        /// The mean score over all examples, in the objective's unit.
        public let score: Double
        /// The variance of `score` from one choice of examples to another.
        public let variance: Double
        /// Examples, repeats included, it was run on.
        public let count: Int
    }

    private var standings: [Candidate.ID: Standing] = [:]

    public subscript(_ candidate: Candidate.ID) -> Standing? { standings[candidate] }

    /// Those of all candidates that were run on validation. An example without a score counts as the worst score of all.
    ///
    /// - Complexity: O(evaluations).
    public init(_ tried: [TriedCandidate]) {
        let runs = tried.map { ($0.candidate.id, $0.validation) }.filter { !$0.1.isEmpty }
        let scores = runs.flatMap { $0.1.compactMap(\.score) }
        guard let worst = scores.min() else { return }
        var sums: [EvaluationKey: (sum: Double, count: Int)] = [:]
        for (_, evaluations) in runs {
            for evaluation in evaluations {
                let key = EvaluationKey(Candidate.ID.seed, evaluation.example, evaluation.repetition)
                let old = sums[key] ?? (0, 0)
                sums[key] = (old.sum + (evaluation.score ?? worst), old.count + 1)
            }
        }
        let base = sums.values.map { $0.sum / Double($0.count) }.sorted().reduce(0, +) / Double(sums.count)
        var rests: [(id: Candidate.ID, sample: Sample)] = []
        for (id, evaluations) in runs {
            rests.append(
                (
                    id,
                    Sample(
                        evaluations.map { evaluation in
                            let key = EvaluationKey(Candidate.ID.seed, evaluation.example, evaluation.repetition)
                            let mean = sums[key].map { $0.sum / Double($0.count) } ?? 0
                            return (evaluation.score ?? worst) - mean
                        })
                ))
        }
        // The mean over the candidates holds a part of each one's own deviation.
        let share = runs.count > 1 ? Double(runs.count) / Double(runs.count - 1) : 1
        let pooled = Sample(rests.compactMap(\.sample.variance)).mean ?? 0
        for (id, sample) in rests {
            let count = Double(sample.count)
            // Few examples, or scores that all agree by chance, say little about a variance: as four more of all candidates.
            let variance = ((count - 1) * (sample.variance ?? 0) + 4 * pooled) / (count + 3)
            standings[id] = Standing(
                score: base + (sample.mean ?? 0), variance: share * variance / count, count: sample.count)
        }
    }
}
