/// How the loop tries what an optimizer proposes.
public enum TrialRule: String, Sendable, Hashable, Codable {
    /// On the step's minibatch next to its parent; then those that are not behind run against each other and the best
    /// candidate on validation, and drop out as soon as they are clearly behind. The cheapest way to find one winner a
    /// step.
    case race
    /// On the step's minibatch next to its parent; those that are better there are run on the whole validation split and
    /// stay in the pool, best or not. For methods that live on a pool of candidates.
    case pool
    /// On the whole validation split at once, without a minibatch. For methods that model the score itself.
    case whole
}
