import Evaluation
import Foundation
import TraceGraph

/// Shares out turns over methods by what they bring: optimistic mirror descent on the simplex with the entropy as
/// regulariser (Rakhlin and Sridharan 2013), that is exponential weights that count what a method brought last once more, as
/// a guess at what it brings next.
///
/// Only the method whose turn it was shows what it brings; its gain is divided by the chance it had, which makes the sums
/// true on average, and every method keeps a smallest chance.
struct MirrorDescent: Sendable, Hashable {
    private(set) var sums: [Double]
    private(set) var last: [Double]
    private(set) var turns: Int
    /// The chance that no method falls below, shared out evenly.
    let exploration: Double
    /// How fast weights follow gains.
    let rate: Double

    init(count: Int, rate: Double = 0.5, exploration: Double = 0.2) {
        sums = Array(repeating: 0, count: count)
        last = Array(repeating: 0, count: count)
        turns = 0
        self.rate = rate
        self.exploration = exploration
    }

    /// The chance of each method at the next turn.
    var chances: [Double] {
        let powers = zip(sums, last).map { rate * ($0 + $1) }
        let highest = powers.max() ?? 0
        let weights = powers.map { exp($0 - highest) }
        let total = weights.reduce(0, +)
        let count = Double(max(1, sums.count))
        return weights.map { (1 - exploration) * $0 / total + exploration / count }
    }

    /// Whose turn it is: each once in their order, then by their chances.
    func draw(_ random: inout SeededGenerator) -> Int {
        let drawn = random.index(weightedBy: chances)
        return turns < sums.count ? turns : drawn ?? 0
    }

    /// Notes what a method brought.
    ///
    /// - Parameter gain: From 0 to 1: the share of what could be gained, by the cost.
    mutating func note(_ gain: Double, of method: Int) {
        let gain = min(max(gain, 0), 1)
        // The first round is not drawn.
        let chance = turns < sums.count ? 1 : chances[method]
        sums[method] += gain / chance
        last[method] = gain
        turns += 1
    }

    // MARK: Restarts

    var recorded: Value {
        [
            "sums": .list(sums.map(Value.number)), "last": .list(last.map(Value.number)), "turns": .integer(turns),
        ]
    }

    mutating func restore(_ recorded: Value?) -> Bool {
        guard let sums = recorded?["sums"]?.list?.compactMap(\.number), sums.count == self.sums.count,
            let last = recorded?["last"]?.list?.compactMap(\.number), last.count == sums.count,
            let turns = recorded?["turns"]?.integer
        else { return false }
        (self.sums, self.last, self.turns) = (sums, last, turns)
        return true
    }
}
