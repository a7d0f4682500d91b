/// How far what a file, a server or another program tells of times and counts is believed.
///
/// The sum of a few of them is in bounds; where there may be as many as a trace has nodes, add them with `addingUp`.
package enum ClaimBounds {
    /// Nanoseconds: decades.
    package static let mostTime: Int64 = 1 << 60

    /// Tokens, or calls.
    package static let mostCount = 1 << 40

    /// Nanoseconds from none up to ``mostTime``.
    package static func time(_ nanoseconds: some BinaryInteger) -> Int64 {
        Int64(min(max(0, nanoseconds), numericCast(mostTime)))
    }

    /// From none up to ``mostCount``.
    package static func count(_ number: Int) -> Int { min(max(0, number), mostCount) }
}

extension FixedWidthInteger {
    /// The sum, or the bound that it would pass.
    package func addingUp(_ other: Self) -> Self {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other > 0 ? .max : .min) : sum
    }
}
