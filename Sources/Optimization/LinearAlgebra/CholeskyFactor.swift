import Foundation

/// The lower triangular L with L Lᵀ = A for a symmetric positive definite A.
public struct CholeskyFactor: Sendable, Hashable {
    private var lower: SquareMatrix
    /// What had to be added to the diagonal of A.
    public let jitter: Double

    public var count: Int { lower.count }

    /// - Parameter matrix: Symmetric; only the lower half is read.
    /// - Returns: Nil when the matrix is not positive definite, even with up to a ten thousandth of its mean diagonal
    ///   added to that.
    /// - Complexity: O(count³ / 3).
    public init?(_ matrix: SquareMatrix) {
        let count = matrix.count
        let scale = count == 0 ? 1 : (0..<count).reduce(0) { $0 + abs(matrix[$1, $1]) } / Double(count)
        for share in [0, 1e-10, 1e-8, 1e-6, 1e-4] {
            if let lower = Self.factor(matrix, jitter: share * scale) {
                self.lower = lower
                self.jitter = share * scale
                return
            }
        }
        return nil
    }

    private static func factor(_ matrix: SquareMatrix, jitter: Double) -> SquareMatrix? {
        let count = matrix.count
        var lower = SquareMatrix(count)
        let isDefinite = lower.entries.withUnsafeMutableBufferPointer { rows in
            matrix.entries.withUnsafeBufferPointer { given in
                for row in 0..<count {
                    for column in 0...row {
                        var sum = given[row * count + column]
                        for place in 0..<column { sum -= rows[row * count + place] * rows[column * count + place] }
                        if row == column {
                            sum += jitter
                            guard sum > 0, sum.isFinite else { return false }
                            rows[row * count + row] = sum.squareRoot()
                        } else {
                            rows[row * count + column] = sum / rows[column * count + column]
                        }
                    }
                }
                return true
            }
        }
        return isDefinite ? lower : nil
    }

    /// The logarithm of the determinant of A.
    public var logDeterminant: Double { (0..<count).reduce(0) { $0 + 2 * log(lower[$1, $1]) } }

    /// L times `vector`.
    public func times(_ vector: [Double]) -> [Double] { lower.times(vector) }

    /// L⁻¹ `vector`. O(count²).
    public func solvingLower(_ vector: [Double]) -> [Double] {
        var solution = vector
        lower.entries.withUnsafeBufferPointer { rows in
            for row in 0..<count {
                var sum = solution[row]
                for column in 0..<row { sum -= rows[row * count + column] * solution[column] }
                solution[row] = sum / rows[row * count + row]
            }
        }
        return solution
    }

    /// L⁻ᵀ `vector`. O(count²).
    public func solvingUpper(_ vector: [Double]) -> [Double] {
        var solution = vector
        lower.entries.withUnsafeBufferPointer { rows in
            for row in stride(from: count - 1, through: 0, by: -1) {
                solution[row] /= rows[row * count + row]
                for column in 0..<row { solution[column] -= rows[row * count + column] * solution[row] }
            }
        }
        return solution
    }

    /// A⁻¹ `vector`. O(count²).
    public func solving(_ vector: [Double]) -> [Double] { solvingUpper(solvingLower(vector)) }

    /// A⁻¹. O(count³).
    public var inverse: SquareMatrix {
        // L⁻¹ first, column by column: its own zeros halve the work twice.
        var inverted = SquareMatrix(count)
        var result = SquareMatrix(count)
        inverted.entries.withUnsafeMutableBufferPointer { left in
            lower.entries.withUnsafeBufferPointer { rows in
                for column in 0..<count {
                    left[column * count + column] = 1 / rows[column * count + column]
                    for row in (column + 1)..<max(count, column + 1) {
                        var sum = 0.0
                        for place in column..<row { sum -= rows[row * count + place] * left[place * count + column] }
                        left[row * count + column] = sum / rows[row * count + row]
                    }
                }
            }
            result.entries.withUnsafeMutableBufferPointer { product in
                for place in 0..<count {
                    for row in 0...place {
                        let factor = left[place * count + row]
                        for column in 0...row {
                            product[row * count + column] += factor * left[place * count + column]
                        }
                    }
                }
                for row in 0..<count {
                    for column in 0..<row { product[column * count + row] = product[row * count + column] }
                }
            }
        }
        return result
    }
}
