public import Evaluation
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

    /// That of a candidate; nil when it was not run on validation.
    public subscript(_ candidate: Candidate.ID) -> Standing? { standings[candidate] }

    /// Those of all candidates that were run on validation. An example without a score counts as the worst score of all.
    ///
    /// - Complexity: O(evaluations).
    public init(_ tried: [TriedCandidate]) {
        self.init(tried.map { ($0.candidate.id, $0.validation.map { ($0.key, $0.score) }) })
    }

    /// How far candidates are beyond a limit, in the place of scores: less is better, 0 is the limit. An example without a
    /// value counts as the farthest beyond it.
    public init(_ tried: [TriedCandidate], of constraint: MetricConstraint) {
        let turned = PairedScores(
            tried.map { tried in
                (
                    tried.candidate.id,
                    tried.validation.map { evaluation in
                        (evaluation.key, constraint.value(of: evaluation).map { -constraint.excess(of: $0) })
                    }
                )
            })
        standings = turned.standings.mapValues {
            Standing(score: -$0.score, variance: $0.variance, count: $0.count)
        }
    }

    /// The same for scores by example, repeats told apart.
    init(_ tried: [(id: Candidate.ID, scores: [(example: String, score: Double?)])]) {
        let runs = tried.filter { !$0.scores.isEmpty }
        let scores = runs.flatMap { $0.scores.compactMap(\.score) }
        guard let worst = scores.min() else { return }
        var sums: [String: (sum: Double, count: Int)] = [:]
        for (example, score) in runs.flatMap(\.scores) {
            let old = sums[example] ?? (0, 0)
            sums[example] = (old.sum + (score ?? worst), old.count + 1)
        }
        let means = sums.mapValues { $0.sum / Double($0.count) }
        let base = means.values.sorted().reduce(0, +) / Double(means.count)
        let rests = runs.map { run in
            (run.id, Sample(run.scores.map { ($0.score ?? worst) - (means[$0.example] ?? 0) }))
        }
        // The mean over the candidates holds a part of each one's own deviation.
        let share = runs.count > 1 ? Double(runs.count) / Double(runs.count - 1) : 1
        let pooled = Sample(rests.compactMap(\.1.variance)).mean ?? 0
        for (id, sample) in rests {
            let count = Double(sample.count)
            // Few examples, or scores that all agree by chance, say little about a variance: as four more of all candidates.
            let variance = ((count - 1) * (sample.variance ?? 0) + 4 * pooled) / (count + 3)
            standings[id] = Standing(
                score: base + (sample.mean ?? 0), variance: share * variance / count, count: sample.count)
        }
    }
}

extension Evaluation {
    /// Which example, and which repeat of it.
    fileprivate var key: String { "\(example.id)#\(repetition)" }
}
