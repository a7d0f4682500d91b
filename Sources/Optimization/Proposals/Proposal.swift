public import Evaluation
public import TraceGraph

/// What an optimizer returns: changed values, why, and what sort of change it is meant to be.
public struct Proposal: Sendable, Hashable, Codable {
    /// What sort of change it is meant to be.
    public enum Intent: String, Sendable, Hashable, Codable {
        /// A small change near the best.
        case refine
        /// A different approach.
        case diverge
    }

    /// New values by parameter, checked against their definitions.
    public var changes: [String: Value]
    /// Why, in the optimizer's words.
    public var rationale: String
    /// What sort of change it is meant to be.
    public var intent: Intent
    /// The candidate the changes are made to: any that was tried.
    public var parent: Candidate.ID
    /// The other candidates that a merge takes from.
    public var others: [Candidate.ID]

    public init(
        changes: [String: Value], rationale: String, intent: Intent, parent: Candidate.ID, others: [Candidate.ID] = []
    ) {
        self.changes = changes
        self.rationale = rationale
        self.intent = intent
        self.parent = parent
        self.others = others
    }
}

/// A proposal that was tried, and what became of it.
public struct Trial: Sendable {
    /// What the loop did with a candidate, and why in a phrase.
    public enum Fate: Sendable, Hashable {
        case accepted(String)
        /// Not the best, and yet in the pool.
        case kept(String)
        case rejected(String)
    }

    /// What was tried.
    public var candidate: Candidate
    /// What it was made of.
    public var proposal: Proposal
    /// On the step's minibatch.
    public var minibatch: [Evaluation]
    /// On the validation split, as far as it was run; empty when the minibatch ruled the candidate out.
    public var validation: [Evaluation]
    /// What the loop did with it.
    public var fate: Fate

    public init(
        candidate: Candidate, proposal: Proposal, minibatch: [Evaluation], validation: [Evaluation], fate: Fate
    ) {
        self.candidate = candidate
        self.proposal = proposal
        self.minibatch = minibatch
        self.validation = validation
        self.fate = fate
    }
}
