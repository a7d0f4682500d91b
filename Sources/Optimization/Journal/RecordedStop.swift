public import LanguageModels
import TraceGraph

/// Where and why a run stopped.
///
/// What a clock, a file or the order of concurrent calls has decided, a repetition cannot find out again: it takes the
/// decision over, the calls that were answered before it included.
public struct RecordedStop: Sendable, Hashable {
    /// The step that was not taken, or not finished.
    public var step: Int
    /// In a phrase.
    public var reason: String
    /// Whether the budget ended the run before it had done all it was asked for.
    public var isBudget: Bool
    /// What was still answered in a step that the budget cut short, and that counts for nothing; nil when the step was
    /// not begun.
    public var cut: [Ledger.Entry]?
    /// What was still answered in a gate that the budget cut short; nil when the budget reached for it.
    public var gate: [Ledger.Entry]?
    /// The calls of the step that was cut short which no cache keeps.
    public var lost: [LostCall]

    public init(
        step: Int, reason: String, isBudget: Bool, cut: [Ledger.Entry]? = nil, gate: [Ledger.Entry]? = nil,
        lost: [LostCall] = []
    ) {
        self.step = step
        self.reason = reason
        self.isBudget = isBudget
        self.cut = cut
        self.gate = gate
        self.lost = lost
    }
}

/// What earlier attempts at the same run have left for the next one.
public struct RecordedCourse: Sendable, Hashable {
    /// Steps that were finished, the baseline aside: no clock stops the run before they are repeated.
    public var steps: Int
    /// Where the run stopped; nil when no attempt came that far.
    public var stop: RecordedStop?
    /// The calls of those steps which no cache keeps: the next attempt meets them again.
    public var lost: [LostCall]
    /// Requests that failed in all those attempts. They count from the first step on that is no repetition: what was
    /// granted before them has to be granted again.
    public var failures: Int

    public init(steps: Int = 0, stop: RecordedStop? = nil, lost: [LostCall] = [], failures: Int = 0) {
        self.steps = steps
        self.stop = stop
        self.lost = lost
        self.failures = failures
    }
}
