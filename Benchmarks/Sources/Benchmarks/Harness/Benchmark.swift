/// Something that measures one row of the design.
protocol Benchmark {
    /// What its measures are called; `ONLY` selects by the beginning of it.
    static var name: String { get }

    func measure(_ report: Report) async throws
}

extension Benchmark {
    var name: String { Self.name }
}

/// What a benchmark could not do.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
