import Evaluation
import Foundation
import Testing

@testable import Optimization

/// Ratings, their errors, and what a duel would tell, each against a derivation of its own: from the likelihood alone,
/// without the formulas of its derivatives.
@Suite("Bradley–Terry ratings against the likelihood itself") struct BradleyTerryLawTests {
    private typealias Duel = BradleyTerry.Duel

    /// The logarithm of likelihood times prior, as the words say it.
    private static func logPosterior(_ ratings: [Double], _ duels: [Duel]) -> Double {
        let likelihood = duels.reduce(0.0) { sum, duel in
            let chance = 1 / (1 + exp(ratings[duel.second] - ratings[duel.first]))
            return sum + duel.result * log(chance) + (1 - duel.result) * log(1 - chance)
        }
        return likelihood - ratings.reduce(0) { $0 + $1 * $1 / 2 }
    }

    private static func drawn(_ seed: UInt64, count: Int = 3, duels: Int) -> [Duel] {
        var random = SeededGenerator(seed: seed)
        let strengths = (0..<count).map { Double($0) * 0.7 }
        return (0..<duels).map { _ in
            let pair = random.sample(2, from: 0..<count)
            if random.chance(0.2) { return Duel(pair[0], pair[1], result: 0.5) }
            let wins = random.chance(1 / (1 + exp(strengths[pair[1]] - strengths[pair[0]])))
            return Duel(pair[0], pair[1], result: wins ? 1 : 0)
        }
    }

    /// Minus the second derivatives, from differences.
    private static func curvature(_ ratings: [Double], _ duels: [Duel]) -> [[Double]] {
        let step = 1e-4
        func value(_ a: Int, _ s: Double, _ b: Int, _ t: Double) -> Double {
            var moved = ratings
            moved[a] += s * step
            moved[b] += t * step
            return logPosterior(moved, duels)
        }
        return ratings.indices.map { a in
            ratings.indices.map { b in
                -(value(a, 1, b, 1) - value(a, 1, b, -1) - value(a, -1, b, 1) + value(a, -1, b, -1)) / (4 * step * step)
            }
        }
    }

    /// Of three rows, by cofactors.
    private static func inverse(_ m: [[Double]]) -> [[Double]] {
        func cofactor(_ row: Int, _ column: Int) -> Double {
            let (r, c) = ((0..<3).filter { $0 != row }, (0..<3).filter { $0 != column })
            let minor = m[r[0]][c[0]] * m[r[1]][c[1]] - m[r[0]][c[1]] * m[r[1]][c[0]]
            return (row + column).isMultiple(of: 2) ? minor : -minor
        }
        let determinant = (0..<3).reduce(0.0) { $0 + m[0][$1] * cofactor(0, $1) }
        return (0..<3).map { row in (0..<3).map { cofactor($0, row) / determinant } }
    }

    @Test("ratings are where likelihood times prior is highest", arguments: 0..<12 as Range<UInt64>)
    func maximum(_ seed: UInt64) {
        let duels = Self.drawn(seed, count: 4, duels: Int(seed) * 5)
        let fitted = BradleyTerry(duels, count: 4)
        let highest = Self.logPosterior(fitted.ratings, duels)
        var random = SeededGenerator(seed: seed)
        for size in [1e-3, 0.05, 1] {
            for _ in 0..<50 {
                let other = fitted.ratings.map { $0 + size * random.normal() }
                #expect(Self.logPosterior(other, duels) <= highest)
            }
        }
    }

    @Test("however one-sided and many duels are, ratings are found", arguments: [1, 10, 1000, 100_000])
    func lopsided(_ count: Int) {
        let fitted = BradleyTerry(Array(repeating: Duel(0, 1, result: 1), count: count), count: 3)
        // By symmetry θ and −θ, where the slope of count · log σ(2θ) − θ² is 0.
        let slope = Double(count) * (1 - 1 / (1 + exp(-2 * fitted.ratings[0]))) - fitted.ratings[0]
        #expect(abs(slope) < 1e-8 * Double(count) && fitted.ratings[0] > 0, "\(fitted.ratings)")
        #expect(abs(fitted.ratings[0] + fitted.ratings[1]) < 1e-9 && abs(fitted.ratings[2]) < 1e-9)
    }

    @Test("errors are those of the curvature, also of differences", arguments: 0..<8 as Range<UInt64>)
    func errors(_ seed: UInt64) {
        let duels = Self.drawn(seed, duels: 4 + 6 * Int(seed))
        let fitted = BradleyTerry(duels, count: 3)
        let covariance = Self.inverse(Self.curvature(fitted.ratings, duels))
        for a in 0..<3 {
            #expect(abs(fitted.standardError(of: a) - covariance[a][a].squareRoot()) < 1e-4)
            for b in 0..<3 where b != a {
                let variance = covariance[a][a] + covariance[b][b] - covariance[a][b] - covariance[b][a]
                #expect(abs(fitted.standardError(of: a, minus: b) - variance.squareRoot()) < 1e-4)
            }
        }
    }

    @Test(
        "what a duel tells is how much smaller it makes the variance of its difference",
        arguments: 0..<8 as Range<UInt64>)
    func information(_ seed: UInt64) {
        let duels = Self.drawn(seed, duels: 3 + 4 * Int(seed))
        let fitted = BradleyTerry(duels, count: 3)
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            // A duel adds curvature that does not depend on how it ends.
            let added = Self.curvature(fitted.ratings, duels + [Duel(a, b, result: 1)])
            let same = Self.curvature(fitted.ratings, duels + [Duel(a, b, result: 0)])
            let after = Self.inverse(added)
            #expect(abs(after[a][a] - Self.inverse(same)[a][a]) < 1e-4)
            let variance = after[a][a] + after[b][b] - after[a][b] - after[b][a]
            let before = fitted.standardError(of: a, minus: b)
            #expect(abs(before * before / variance - 1 - fitted.information(a, b)) < 1e-3)
        }
        let best = [(0, 1), (0, 2), (1, 2)].map { fitted.information($0.0, $0.1) }.max()
        let chosen = fitted.mostInformativePair.map { fitted.information($0.first, $0.second) }
        #expect(abs((chosen ?? 0) - (best ?? 1)) < 1e-9)
    }

    @Test("among equals the search seldom ends with a champion, and a clear one is found soon and rightly")
    func stopping() {
        func end(_ strengths: [Double], _ seed: UInt64) -> (champion: Int?, duels: Int) {
            var random = SeededGenerator(seed: seed)
            var duels: [Duel] = []
            for _ in 0..<40 {
                let ratings = BradleyTerry(duels, count: strengths.count)
                if duels.count >= 2 * strengths.count, let best = ratings.champion(by: 2) { return (best, duels.count) }
                guard let pair = ratings.contest else { break }
                let chance = 1 / (1 + exp(strengths[pair.second] - strengths[pair.first]))
                duels.append(Duel(pair.first, pair.second, result: random.chance(chance) ? 1 : 0))
            }
            return (nil, duels.count)
        }
        let equal = (0..<100 as Range<UInt64>).count { end([0, 0, 0, 0], $0).champion != nil }
        let clear = (0..<100 as Range<UInt64>).map { end([0, 0, 3, 0], $0) }
        #expect(equal < 5)
        #expect(clear.count { $0.champion == 2 } > 90)
        #expect(clear.count { $0.champion != nil && $0.champion != 2 } < 5)
    }
}
