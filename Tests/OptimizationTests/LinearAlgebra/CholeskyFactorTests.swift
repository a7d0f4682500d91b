import Evaluation
import Testing

@testable import Optimization

@Suite struct CholeskyFactorTests {
    /// A Aᵀ + I of random numbers.
    private static func definite(_ count: Int, seed: UInt64) -> SquareMatrix {
        var random = SeededGenerator(seed: seed)
        var matrix = SquareMatrix(count, diagonal: 1)
        for _ in 0..<count { matrix.addOuterProduct(of: (0..<count).map { _ in random.normal() }) }
        return matrix
    }

    @Test(arguments: [1, 2, 5, 20]) func solvesInvertsAndMeasures(_ count: Int) throws {
        let matrix = Self.definite(count, seed: UInt64(count))
        let factor = try #require(CholeskyFactor(matrix))
        #expect(factor.jitter == 0)
        let vector = (0..<count).map { Double($0) - 1.5 }
        let solved = matrix.times(factor.solving(vector))
        for place in 0..<count { #expect(abs(solved[place] - vector[place]) < 1e-9) }
        #expect(factor.solvingUpper(factor.solvingLower(vector)) == factor.solving(vector))
        let inverse = factor.inverse
        for column in 0..<count {
            let unit = matrix.times((0..<count).map { inverse[$0, column] })
            for row in 0..<count { #expect(abs(unit[row] - (row == column ? 1 : 0)) < 1e-9) }
        }
        let back = factor.times(factor.solvingLower(vector))
        for place in 0..<count { #expect(abs(back[place] - vector[place]) < 1e-9) }
    }

    @Test func theDeterminantIsThatOfADiagonal() throws {
        var matrix = SquareMatrix(3)
        for (place, value) in [2.0, 3, 4].enumerated() { matrix[place, place] = value }
        let factor = try #require(CholeskyFactor(matrix))
        #expect(abs(factor.logDeterminant - 3.1780538303479458) < 1e-12)
    }

    @Test func aSingularMatrixGetsAJitterAndAnIndefiniteOneNoFactor() throws {
        var singular = SquareMatrix(2)
        singular.addOuterProduct(of: [1, 1])
        #expect(try #require(CholeskyFactor(singular)).jitter > 0)
        var indefinite = SquareMatrix(2, diagonal: 1)
        (indefinite[0, 1], indefinite[1, 0]) = (2, 2)
        #expect(CholeskyFactor(indefinite) == nil)
        #expect(CholeskyFactor(SquareMatrix(2, diagonal: .nan)) == nil)
    }
}
