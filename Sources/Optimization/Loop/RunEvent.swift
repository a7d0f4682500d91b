public import Evaluation
public import LanguageModels
public import TraceGraph

/// What happens in a run, in order. The terminal, `--json`, the journal and the live page all read this.
///
/// Every event is a function of inputs, seed and replies; times are added by whoever shows it.
public enum RunEvent: Sendable {
    case started(run: String, optimizer: String, train: Int, validation: Int, holdout: Int, budget: Budget)
    /// The seed on the validation split.
    case baseline(score: Double, examples: Int)
    case stepStarted(step: Int, parent: Candidate.ID)
    /// The parent on the step's minibatch; failures are executions that failed, not low scores.
    case minibatch(step: Int, score: Double, failures: Int, examples: Int)
    case note(step: Int, OptimizerNote)
    case proposed(step: Int, candidate: Candidate.ID, intent: Proposal.Intent, changes: [String], rationale: String)
    /// A candidate was run on part of the data; the difference to the parent on the same examples with the half-width of
    /// its 95 % interval, nil when there is too little to tell.
    case evaluated(
        step: Int, candidate: Candidate.ID, split: String, score: Double, examples: Int, difference: Double,
        halfWidth: Double?)
    /// Some executions of a candidate failed, apart from what the others scored.
    case failed(step: Int, candidate: Candidate.ID, split: String, FailureTally)
    case accepted(step: Int, candidate: Candidate.ID, score: Double, reason: String)
    /// Not the best, and yet one to go on from.
    case kept(step: Int, candidate: Candidate.ID, score: Double, reason: String)
    case rejected(step: Int, candidate: Candidate.ID, reason: String)
    case stepFinished(step: Int, best: Candidate.ID, score: Double, spend: Usage)
    case stopped(reason: String)
    /// Where an objective has several aims: the candidates that none beats in all of them.
    case front(FrontReport)
    case verdict(Verdict)
}
