public import TraceGraph

/// How the Bayesian sampler goes about it.
public struct BayesianOptions: Sendable, Hashable, Codable {
    /// What a proposal that has not been tried yet is taken to score when the next of the same step is chosen.
    public enum Lie: String, Sendable, Hashable, Codable, CaseIterable {
        /// The best score so far, which keeps proposals of a step apart the most.
        case best
        /// The mean of all scores.
        case mean
        /// The worst score so far.
        case worst
        /// What the process expects of it.
        case believed
    }

    /// Points spread over the space before anything is modelled; 0 for as many as the parameters call for.
    public var initial: Int
    /// What is assumed of proposals that have not been run yet.
    public var lie: Lie
    /// Draws of the true scores over which the improvement is averaged where scores are noisy.
    public var draws: Int

    public init(initial: Int = 0, lie: Lie = .best, draws: Int = 32) {
        self.initial = initial
        self.lie = lie
        self.draws = draws
    }

    /// Reads the options that ``BayesianSearch/options`` declares.
    ///
    /// - Throws: ``OptimizerError`` with code `badOption`.
    public init(_ options: Value) throws(OptimizerError) {
        let reader = try OptionReader(options, of: BayesianSearch.self)
        self.init(
            initial: try reader.integer("initial"), lie: try reader.choice("lie"), draws: try reader.integer("draws"))
    }
}
