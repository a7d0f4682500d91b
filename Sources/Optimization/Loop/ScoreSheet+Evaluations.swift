import Evaluation
import TraceGraph

extension ScoreSheet {
    /// What `score` is of each of `evaluations`.
    init(_ evaluations: [Evaluation], score: (Evaluation) -> Double?) {
        self.init()
        for evaluation in evaluations { add(score(evaluation), for: evaluation.example.id) }
    }

    /// What each of `evaluations` took of one of ``Gate/resources``, or what the metric of that name said.
    init(_ evaluations: [Evaluation], quantity: String) {
        self.init()
        for evaluation in evaluations {
            let usage = evaluation.trace.usage
            let amount: Double? =
                switch quantity {
                case _ where evaluation.scores[quantity] != nil: evaluation.scores[quantity]?.value
                case "calls": Double(usage.calls)
                case "tokens": Double(usage.totalTokens)
                case "cost": usage.cost
                case "latency": Double(evaluation.trace.modelTime) / 1e9
                default: nil
                }
            add(amount, for: evaluation.example.id)
        }
    }
}
