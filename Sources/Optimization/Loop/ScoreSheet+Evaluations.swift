import Evaluation

extension ScoreSheet {
    /// What `metric` said in each of `evaluations`.
    init(_ evaluations: [Evaluation], metric: String) {
        self.init()
        for evaluation in evaluations { add(evaluation.scores[metric]?.value, for: evaluation.example.id) }
    }
}
