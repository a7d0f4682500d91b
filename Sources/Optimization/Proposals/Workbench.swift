public import Evaluation
public import TraceGraph

/// Where an optimizer runs values beside the loop: on train examples, within the run's budget, everything written down.
public struct Workbench: Sendable {
    /// What the optimizer may see.
    public let train: [Example]
    private let run: @Sendable ([String: Value], [Example], Int) async throws -> [Evaluation]
    private let rerun: @Sendable ([Rerun]) async throws -> [Evaluation]

    /// - Parameters:
    ///   - run: Runs an assignment of values on examples, as which independent repeat.
    ///   - rerun: Runs evaluations again, each with something changed.
    public init(
        train: [Example], run: @escaping @Sendable ([String: Value], [Example], Int) async throws -> [Evaluation],
        rerun: @escaping @Sendable ([Rerun]) async throws -> [Evaluation] = { _ in [] }
    ) {
        self.train = train
        self.run = run
        self.rerun = rerun
    }

    /// `values` on `examples`, in their order. What was run before is not run again.
    ///
    /// To be called in an order that replies and seed alone decide: what is run gets candidates of its own, numbered in
    /// that order.
    ///
    /// - Parameters:
    ///   - values: By parameter; those left out have their initial value.
    ///   - examples: Of the train split.
    ///   - repetition: Which independent repeat.
    /// - Throws: ``ModelError`` when it ends the run, `budgetExhausted` among them; `CancellationError`.
    public func evaluate(
        _ values: [String: Value], on examples: [Example], repetition: Int = 0
    ) async throws -> [Evaluation] {
        try await run(values, examples, repetition)
    }

    /// Runs evaluations of train examples again, from the middle, each with something changed: everything before the
    /// change is free and identical.
    ///
    /// To be called in an order that replies and seed alone decide, with as much at once as does not depend on one
    /// another. Kept as evaluations of the split `rerun`, so that they are never taken for what a candidate scores. Each
    /// runs every time it is asked for: it is for the optimizer to keep what it needs again.
    ///
    /// - Returns: In the order of `reruns`.
    /// - Throws: ``TraceGraph/TraceError`` when an intervention does not fit its trace, or the workflow cannot be run again
    ///   from the middle; ``ModelError`` when it ends the run; `CancellationError`.
    public func evaluate(_ reruns: [Rerun]) async throws -> [Evaluation] {
        try await rerun(reruns)
    }
}
