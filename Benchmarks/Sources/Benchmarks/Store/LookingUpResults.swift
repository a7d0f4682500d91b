import Optrace

/// What looking up the kept result of an operation costs, its key included: for the first time after the store was opened,
/// and again.
struct LookingUpResults: Benchmark {
    static let name = "store.lookup"

    func measure(_ report: Report) async throws {
        let count = 10_000
        var numbers = SeededGenerator(seed: 4)
        let order = numbers.shuffled(Array(0..<count))
        let file = try ScratchFile("results.sqlite")
        defer { file.remove() }
        let store = try TraceStore(path: file.path)
        for number in 0..<count { try store.results.keep("delivery", for: Self.key(number), replacing: false) }
        try store.close()

        for (label, rounds) in [("node, first", 1), ("node, again", 2)] {
            let cost = try await Median(least: 0).perUnit { watch in
                let store = try TraceStore(path: file.path)
                for round in 1...rounds {
                    let lookUp = {
                        for number in order where try store.results.value(for: Self.key(number)) == nil {
                            throw BenchmarkError("a result that was kept is not there")
                        }
                    }
                    if round == rounds { try await watch.time(count, lookUp) } else { try lookUp() }
                }
                try store.close()
            }
            report.add(
                Measure(name: Self.name, shape: label, size: count, value: cost / 1000, unit: "µs", reach: 20))
        }
    }

    /// The key of a code step that reads a message of a hundred bytes.
    private static func key(_ number: Int) throws -> NodeKey {
        let key = NodeKey(
            "code", version: ["language": "python", "source": "def f(message): return message", "entry": "f(message)"],
            inputs: ["message": .text("Message \(number): " + String(repeating: "it never arrived. ", count: 5))])
        guard let key else { throw BenchmarkError("a text has no key") }
        return key
    }
}
