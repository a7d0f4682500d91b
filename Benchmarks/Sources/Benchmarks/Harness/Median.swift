/// The median of several runs, each repeated until it has lasted long enough for the clock.
struct Median {
    var runs = 5
    /// A run shorter than this is repeated, nanoseconds.
    var least: Int64 = 20_000_000

    /// Nanoseconds of CPU time a unit. Nothing of the first call counts: it warms up.
    func perUnit(_ body: (inout Stopwatch) async throws -> Void) async rethrows -> Double {
        if runs > 1 {
            var rehearsal = Stopwatch()
            try await body(&rehearsal)
        }
        var results: [Double] = []
        for _ in 0..<runs {
            var watch = Stopwatch()
            repeat { try await body(&watch) } while watch.nanoseconds < least
            results.append(watch.perUnit)
        }
        return Self.of(results)
    }

    /// The middle one; of an even number the mean of the two in the middle.
    static func of(_ numbers: [Double]) -> Double {
        let sorted = numbers.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}

extension Median {
    /// For what takes seconds.
    static let ofOne = Median(runs: 1, least: 0)
}
