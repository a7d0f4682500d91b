public import TraceGraph

/// An evaluation that is to be run again with something changed: other values of parameters, values given to nodes, hints,
/// or nothing but another sample from a node on.
///
/// ```swift
/// let hinted = Rerun(of: failing, with: Intervention(hints: ["plan": "Count the fare once."]), repetition: 1)
/// let control = Rerun(of: failing, with: Intervention(anew: [plan]), repetition: 1)
/// ```
public struct Rerun: Sendable {
    /// What is run again, with the trace that answers for what did not change.
    public var evaluation: Evaluation
    /// The parameters' values.
    public var candidate: Candidate
    /// What is changed.
    public var intervention: Intervention
    /// Which independent repeat what runs is. Model calls of the repeat that the evaluation is come from the cache.
    public var repetition: Int

    /// - Parameters:
    ///   - changes: Values of parameters, by name, that are not as the evaluation had them.
    ///   - repetition: By default that of the evaluation.
    public init(
        of evaluation: Evaluation, changing changes: [String: Value] = [:], with intervention: Intervention = .none,
        repetition: Int? = nil
    ) {
        self.evaluation = evaluation
        self.intervention = intervention
        self.repetition = repetition ?? evaluation.repetition
        let before = evaluation.trace.candidate
        let values = before.values.merging(changes) { _, new in new }
        self.candidate =
            values == before.values
            ? before : Candidate(id: before.id, values: values, parents: [before.id], origin: "run again")
    }
}
