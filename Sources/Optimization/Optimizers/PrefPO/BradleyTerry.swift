import Foundation

/// Ratings from duels (Bradley and Terry 1952): the chance that a beats b is 1 / (1 + exp(θb − θa)).
///
/// Fitted by Newton's method to the likelihood with a normal prior of variance 1 on each rating, which keeps the ratings of
/// those who never lost finite. A tie counts half for either side.
public struct BradleyTerry: Sendable, Hashable {
    /// One comparison: the places of both sides, and 1, 0.5 or 0 for the first.
    public struct Duel: Sendable, Hashable {
        public var first: Int
        /// The place of the other one.
        public var second: Int
        /// 1 when the first was preferred, 0 when the second was, 0.5 for a tie.
        public var result: Double

        public init(_ first: Int, _ second: Int, result: Double) {
            self.first = first
            self.second = second
            self.result = result
        }
    }

    /// By place.
    public private(set) var ratings: [Double]
    /// Rows and columns by place: the inverse of the Hessian.
    public private(set) var covariance: [[Double]]

    /// - Complexity: O(count³ + duels) an iteration, of which a handful are needed.
    public init(_ duels: [Duel], count: Int) {
        ratings = Array(repeating: 0, count: count)
        covariance = Self.identity(count)
        guard count > 0 else { return }
        for _ in 0..<50 {
            var gradient = ratings.map { -$0 }
            var hessian = Self.identity(count)
            for duel in duels where duel.first != duel.second {
                let expected = Self.chance(ratings[duel.first] - ratings[duel.second])
                gradient[duel.first] += duel.result - expected
                gradient[duel.second] -= duel.result - expected
                let weight = expected * (1 - expected)
                hessian[duel.first][duel.first] += weight
                hessian[duel.second][duel.second] += weight
                hessian[duel.first][duel.second] -= weight
                hessian[duel.second][duel.first] -= weight
            }
            covariance = Self.inverse(hessian)
            var largest = 0.0
            for place in 0..<count {
                let step = zip(covariance[place], gradient).reduce(0) { $0 + $1.0 * $1.1 }
                ratings[place] += step
                largest = max(largest, abs(step))
            }
            if largest < 1e-10 { break }
        }
    }

    /// The standard error of the rating at `place`.
    public func standardError(of place: Int) -> Double { covariance[place][place].squareRoot() }

    /// The standard error of the difference of two ratings.
    public func standardError(of first: Int, minus second: Int) -> Double {
        max(0, covariance[first][first] + covariance[second][second] - 2 * covariance[first][second]).squareRoot()
    }

    /// How much one more duel of the two would tell: most where ratings are close and errors large.
    public func information(_ first: Int, _ second: Int) -> Double {
        let chance = Self.chance(ratings[first] - ratings[second])
        let error = standardError(of: first, minus: second)
        return chance * (1 - chance) * error * error
    }

    /// The pair whose duel tells most; of equals the first. Nil for fewer than two.
    public var mostInformativePair: (first: Int, second: Int)? {
        var best: (first: Int, second: Int, information: Double)?
        for first in ratings.indices {
            for second in ratings.indices.dropFirst(first + 1) {
                let information = information(first, second)
                if information > (best?.information ?? -1) + 1e-12 { best = (first, second, information) }
            }
        }
        return best.map { ($0.first, $0.second) }
    }

    /// The best place against the one whose duel with it tells most; nil for fewer than two. So the strongest are told apart
    /// first, and what lost often is left alone.
    public var contest: (first: Int, second: Int)? {
        guard let best = ratings.indices.max(by: { ratings[$0] < ratings[$1] }) else { return nil }
        let others = ratings.indices.filter { $0 != best }
        let other = others.max {
            let (a, b) = (information(best, $0), information(best, $1))
            return abs(a - b) < 1e-12 ? ratings[$0] < ratings[$1] : a < b
        }
        return other.map { (best, $0) }
    }

    /// The best place when its rating is `errors` standard errors above every other; nil when nothing stands out.
    public func champion(by errors: Double) -> Int? {
        guard ratings.count > 1, let best = ratings.indices.max(by: { ratings[$0] < ratings[$1] }) else { return nil }
        let isClear = ratings.indices.allSatisfy { other in
            other == best || ratings[best] - ratings[other] >= errors * standardError(of: best, minus: other)
        }
        return isClear ? best : nil
    }

    static func chance(_ difference: Double) -> Double { 1 / (1 + exp(-difference)) }

    private static func identity(_ count: Int) -> [[Double]] {
        (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } }
    }

    /// Of a symmetric matrix that is positive definite, by Gauss–Jordan elimination.
    private static func inverse(_ matrix: [[Double]]) -> [[Double]] {
        let count = matrix.count
        var rows = matrix
        var inverse = identity(count)
        for pivot in 0..<count {
            let scale = rows[pivot][pivot]
            for column in 0..<count {
                rows[pivot][column] /= scale
                inverse[pivot][column] /= scale
            }
            for row in 0..<count where row != pivot {
                let factor = rows[row][pivot]
                guard factor != 0 else { continue }
                for column in 0..<count {
                    rows[row][column] -= factor * rows[pivot][column]
                    inverse[row][column] -= factor * inverse[pivot][column]
                }
            }
        }
        return inverse
    }
}
