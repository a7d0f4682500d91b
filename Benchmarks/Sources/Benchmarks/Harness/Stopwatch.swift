/// One run of a measure: adds up the time of the pieces it is asked to time and leaves out what lies between them.
struct Stopwatch {
    /// Of the whole process.
    private(set) var nanoseconds: Int64 = 0
    private(set) var units = 0

    /// Times `body`, which does `units` of what is measured. What it returns is released after the clock was read.
    mutating func time<Result>(_ units: Int, _ body: () async throws -> Result) async rethrows -> Result {
        let start = CPUTime.ofProcess
        let result = try await body()
        nanoseconds += CPUTime.ofProcess - start
        self.units += units
        return result
    }

    /// Adds what `other` has counted, as so many `units`.
    mutating func add(_ other: Stopwatch, units: Int) {
        nanoseconds += other.nanoseconds
        self.units += units
    }

    /// Nanoseconds a unit.
    var perUnit: Double { Double(nanoseconds) / Double(max(1, units)) }
}
