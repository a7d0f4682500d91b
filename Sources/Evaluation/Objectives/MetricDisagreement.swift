/// Where two metrics would decide differently between two candidates.
public struct MetricDisagreement: Sendable, Hashable {
    public let first: String
    /// The name of the other metric.
    public let second: String
    /// Examples on which both say better, or both worse.
    public let agreeing: Int
    /// The examples on which the first metric says better and the second worse, sorted.
    public let firstOnly: [String]
    /// The examples on which the first metric says worse and the second better, sorted.
    public let secondOnly: [String]

    /// One row for each pair of metrics, in the order of `terms`, from a candidate's scores against another's on the same
    /// examples: by example, then by metric.
    ///
    /// - Complexity: O(terms² · examples).
    public static func table(
        of terms: [Objective.Term], new: [String: [String: Double]], old: [String: [String: Double]]
    ) -> [MetricDisagreement] {
        var rows: [MetricDisagreement] = []
        for (place, first) in terms.enumerated() {
            for second in terms.dropFirst(place + 1) {
                var agreeing = 0
                var (firstOnly, secondOnly) = ([String](), [String]())
                for (example, scores) in new.sorted(by: { $0.key < $1.key }) {
                    guard let before = old[example], let one = first.change(from: before, to: scores),
                        let other = second.change(from: before, to: scores), one != 0, other != 0
                    else { continue }
                    if (one > 0) == (other > 0) {
                        agreeing += 1
                    } else if one > 0 {
                        firstOnly.append(example)
                    } else {
                        secondOnly.append(example)
                    }
                }
                rows.append(
                    MetricDisagreement(
                        first: first.metric, second: second.metric, agreeing: agreeing, firstOnly: firstOnly,
                        secondOnly: secondOnly))
            }
        }
        return rows
    }

    /// One sentence for a person; nil when they never disagree.
    public var summary: String? {
        guard !firstOnly.isEmpty || !secondOnly.isEmpty else { return nil }
        func named(_ examples: [String]) -> String {
            examples.isEmpty
                ? "" : " (" + examples.prefix(3).joined(separator: ", ") + (examples.count > 3 ? ", …)" : ")")
        }
        return "\(first) and \(second) agree on \(agreeing) examples; \(firstOnly.count) are better in \(first) only"
            + named(firstOnly) + ", \(secondOnly.count) in \(second) only" + named(secondOnly)
    }
}

extension Objective.Term {
    /// How much better in this metric, whatever its direction; nil when it has no value on either side.
    fileprivate func change(from old: [String: Double], to new: [String: Double]) -> Double? {
        guard let before = old[metric], let after = new[metric] else { return nil }
        return direction == .maximize ? after - before : before - after
    }
}
