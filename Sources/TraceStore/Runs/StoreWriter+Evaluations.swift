import Evaluation
import TraceGraph

extension StoreWriter {
    /// The columns of `example`, its fields added to the values table.
    func stored(_ example: Example) throws -> StoredExample {
        StoredExample(id: example.id, fields: try place(of: .object(example.fields)), line: example.line)
    }

    /// Adds an evaluation and its trace.
    ///
    /// - Returns: The number of the trace.
    @discardableResult
    func insert(_ evaluation: Evaluation, candidate: Int, origin: TraceOrigin) throws -> Int {
        let trace = try insert(evaluation.trace, from: origin)
        try statement(
            """
            INSERT INTO evaluations (run, step, candidate, example, example_fields, example_line, split, repetition,
                score, evidence, trace)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).run(
            SQLValue(origin.run), SQLValue(origin.step), .integer(candidate), SQLValue(origin.example?.id),
            SQLValue(origin.example?.fields), SQLValue(origin.example?.line), .text(origin.split ?? ""),
            .integer(evaluation.repetition), SQLValue(evaluation.score), .real(evaluation.evidence), .integer(trace))
        let row = lastID
        let scores = try statement(
            """
            INSERT INTO evaluation_scores (evaluation, metric, score, feedback, calls, prompt_tokens,
                cached_prompt_tokens, completion_tokens, cost)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for (metric, score) in evaluation.scores.sorted(by: { $0.key < $1.key }) {
            try scores.run(
                [.integer(row), .text(metric), .real(score.value), .text(score.feedback)] + score.usage.columns)
        }
        let calls = try statement(
            """
            INSERT INTO evaluation_calls (evaluation, position, metric, model, completion, calls, prompt_tokens,
                cached_prompt_tokens, completion_tokens, cost, cached, duration)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for (position, call) in evaluation.calls.enumerated() {
            try calls.run(
                [
                    .integer(row), .integer(position), .text(call.metric), .text(call.model), SQLValue(call.completion),
                ] + call.usage.columns + [.integer(call.wasCached ? 1 : 0), .integer(Int(call.duration))])
        }
        return trace
    }
}
