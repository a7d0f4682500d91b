import Evaluation
import TraceGraph

extension LoopRun {
    /// The candidates that none beats in every aim, among those that were run on the whole validation split; nil where the
    /// objective has one aim.
    var front: FrontReport? {
        let objective = loop.evaluator.objective
        guard objective.terms.count > 1 else { return nil }
        let whole = tried.filter { $0.validation.count == loop.splits.validation.count }
        let means = whole.compactMap { tried in
            tried.validation.means(of: objective.terms.map(\.metric)).map { (tried.candidate.id, $0) }
        }
        return FrontReport(of: means.map { (candidate: $0.0, means: $0.1) }, terms: objective.terms)
    }
}

extension [Evaluation] {
    /// The mean of each metric; nil when one has no value at all.
    fileprivate func means(of metrics: [String]) -> [Double]? {
        let means = metrics.compactMap { metric in Sample(compactMap { $0.scores[metric]?.value }).mean }
        return means.count == metrics.count ? means : nil
    }
}
