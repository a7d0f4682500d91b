public import Evaluation
public import TraceGraph

/// Where an optimizer runs values beside the loop: on train examples, within the run's budget, everything written down.
public struct Workbench: Sendable {
    /// What the optimizer may see.
    public let train: [Example]
    private let run: @Sendable ([String: Value], [Example], Int) async throws -> [Evaluation]

    /// - Parameter run: Runs an assignment of values on examples, as which independent repeat.
    public init(
        train: [Example], run: @escaping @Sendable ([String: Value], [Example], Int) async throws -> [Evaluation]
    ) {
        self.train = train
        self.run = run
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
}
