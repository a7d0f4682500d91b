/// How likely an execution is to go wrong within the next steps, from the states that its steps have been in: an absorbing
/// Markov chain over labelled states.
///
/// P_h(i) = 1 − (Q^h · 1)ᵢ, with Q the transitions among the states that are not failure. Whether it fails in the end says
/// nothing where every chain ends: the horizon is finite, and having come to a good end is a state that is never left.
public struct TraceRisk: Sendable, Hashable, Codable {
    /// How an execution ended.
    public enum Ending: String, Sendable, Hashable, Codable {
        case good, bad
    }

    /// The smoothing of the transition counts (Laplace).
    public let smoothing: Double
    private var counts: [String: [String: Double]] = [:]
    private var endings: [Ending: Int] = [:]

    private static let start = "⊢"
    private static let good = "⊣ good"
    private static let bad = "⊣ bad"

    /// - Precondition: `smoothing` > 0.
    public init(smoothing: Double = 1) {
        precondition(smoothing > 0, "without smoothing a state that was seen once would be certain")
        self.smoothing = smoothing
    }

    /// How many executions it has learnt from.
    public var executions: Int { endings.values.reduce(0, +) }

    /// Learns from one execution: the states of its steps in order, and how it ended.
    public mutating func learn(_ states: [String], ending: Ending) {
        var last = Self.start
        for state in states + [ending == .good ? Self.good : Self.bad] {
            counts[last, default: [:]][state, default: 0] += 1
            last = state
        }
        endings[ending, default: 0] += 1
    }

    /// The probability that an execution in `state` has failed after `horizon` more steps.
    ///
    /// - Parameter state: The state of the last step; nil before the first. One that was never seen goes on as one about
    ///   which nothing is known.
    /// - Complexity: O(horizon × states²).
    public func risk(after state: String?, horizon: Int) -> Double {
        let names = Set(counts.keys).union(counts.values.flatMap(\.keys)).subtracting([Self.start, Self.good, Self.bad])
            .sorted()
        let here = state ?? Self.start
        let living = names + [Self.good] + (names.contains(here) ? [] : [here])
        // What may follow: any state, a good end and a bad one.
        let next = names + [Self.good, Self.bad]
        var survival = [Double](repeating: 1, count: living.count)
        let rows = living.map { state -> [Double] in
            guard state != Self.good else { return [] }
            let row = counts[state] ?? [:]
            let total = row.values.reduce(0, +) + smoothing * Double(next.count)
            return next.dropLast().map { ((row[$0] ?? 0) + smoothing) / total }
        }
        for _ in 0..<max(0, horizon) {
            survival = living.indices.map { place in
                living[place] == Self.good
                    ? 1 : zip(rows[place], survival).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }
        guard let place = living.firstIndex(of: here) else { return 0 }
        return 1 - survival[place]
    }
}
