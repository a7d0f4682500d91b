import Evaluation
import TraceGraph

/// The history of a run as a sampler sees it: assignments of the parameters it sets, with their scores.
struct ObservedAssignments {
    private(set) var observations: [BayesianSampler.Observation] = []
    /// What was tried under the parent's setting.
    private(set) var excluded: [[String: Value]] = []
    /// The parent's: candidates that differ in other parameters were tried under another.
    private(set) var setting = 0

    init(_ observations: [BayesianSampler.Observation]) { self.observations = observations }

    /// - Parameters:
    ///   - names: The parameters that are set.
    ///   - constraint: Whose excess is observed in place of the score, that of the bound which holds it or not.
    init(_ context: ProposalContext, names: Set<String>, of constraint: MetricConstraint? = nil) {
        let others = context.parameters.definitions.filter { !names.contains($0.name) }
        var settings: [[Value]: Int] = [:]
        func number(of candidate: Candidate) -> Int {
            let rest = others.map { candidate[$0.name] ?? $0.initial }
            if let known = settings[rest] { return known }
            settings[rest] = settings.count
            return settings.count - 1
        }
        setting = number(of: context.parent)
        let scores = constraint.map { PairedScores(context.history, of: $0) } ?? PairedScores(context.history)
        for tried in context.history {
            let own = number(of: tried.candidate)
            let values = Dictionary(
                uniqueKeysWithValues: context.parameters.definitions.filter { names.contains($0.name) }
                    .map { ($0.name, tried.candidate[$0.name] ?? $0.initial) })
            if own == setting { excluded.append(values) }
            guard let standing = scores[tried.candidate.id] else { continue }
            let margin = constraint?.margin(of: tried.validation) ?? 0
            observations.append(
                BayesianSampler.Observation(
                    values, score: standing.score + margin, variance: standing.variance, setting: own))
        }
    }
}
