public import Evaluation

/// Where a run is written down, step by step.
///
/// Each call is one transaction: after it returns, what it was given survives a crash; if it throws, nothing of it is
/// kept.
public protocol RunJournal: Sendable {
    /// Opens a run before its first step.
    func begin(_ run: RunRecord) throws

    /// Adds one finished step.
    func commit(_ step: StepRecord) throws

    /// Notes where the run stopped, before the gate; once more, in place of that, where the budget cut the gate short.
    func stop(_ stop: RecordedStop) throws

    /// Closes the run.
    func finish(_ conclusion: RunConclusion) throws

    /// Who looked at the hold-out `examples` before this run; asked after it began, before its gate. A repetition of a run
    /// has to be told what its first attempt was told.
    func earlierLooks(at examples: [Example]) throws -> HoldoutLooks
}

extension RunJournal {
    /// Nobody: a journal that does not know of other runs.
    public func earlierLooks(at examples: [Example]) throws -> HoldoutLooks { .none }
}

/// A journal that keeps nothing, for library users who want no database.
public struct NoJournal: RunJournal {
    public init() {}
    public func begin(_ run: RunRecord) {}
    public func commit(_ step: StepRecord) {}
    public func stop(_ stop: RecordedStop) {}
    public func finish(_ conclusion: RunConclusion) {}
}
