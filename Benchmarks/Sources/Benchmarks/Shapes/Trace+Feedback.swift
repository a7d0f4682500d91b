import Optrace

extension Trace {
    /// This trace with a word about its output.
    @inline(never)
    func withFeedback() throws -> Trace {
        guard let output = result?.id else { throw BenchmarkError("the trace has no output") }
        return try feedback("Expected a larger sum.", on: output, scores: ["accuracy": 0])
    }
}
