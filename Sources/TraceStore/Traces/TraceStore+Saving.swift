public import Evaluation
public import TraceGraph

extension TraceStore {
    /// Keeps a trace that belongs to no run.
    ///
    /// - Parameters:
    ///   - workflow: The name of what was run.
    ///   - example: What it was run on, when that came from a dataset.
    ///   - split: The part of the data the example is from.
    ///   - score: The objective's value, when it was scored.
    ///   - earlier: The number of the trace it was run again on.
    /// - Returns: The number of the trace, for ``trace(id:)``.
    /// - Throws: ``StoreError``; nothing is kept then.
    /// - Complexity: O(nodes + edges).
    @discardableResult
    public func save(
        _ trace: Trace, workflow: String, example: Example? = nil, split: String? = nil, repetition: Int = 0,
        score: Double? = nil, rerunOf earlier: Int? = nil
    ) throws(StoreError) -> Int {
        try write("saving a trace") { writer in
            try writer.insert(
                trace,
                from: TraceOrigin(
                    workflow: workflow, candidate: try writer.placeOutsideRuns(of: trace.candidate),
                    example: try example.map { try writer.stored($0) }, split: split, repetition: repetition,
                    score: score, rerunOf: earlier))
        }
    }

    /// Keeps evaluations that belong to no run, with their traces, in one transaction.
    ///
    /// - Returns: The numbers of the traces, in the same order.
    /// - Throws: ``StoreError``; nothing is kept then.
    @discardableResult
    public func save(_ evaluations: [Evaluation], workflow: String, split: String) throws(StoreError) -> [Int] {
        try write("saving evaluations") { writer in
            try evaluations.map { evaluation in
                let candidate = try writer.placeOutsideRuns(of: evaluation.trace.candidate)
                return try writer.insert(
                    evaluation, candidate: candidate,
                    origin: TraceOrigin(
                        workflow: workflow, candidate: candidate, example: try writer.stored(evaluation.example),
                        split: split, repetition: evaluation.repetition, score: evaluation.score))
            }
        }
    }
}
