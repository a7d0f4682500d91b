/// A square matrix of numbers, row after row.
public struct SquareMatrix: Sendable, Hashable {
    /// Rows, and columns.
    public let count: Int
    /// Row after row.
    public var entries: [Double]

    /// All zeros.
    public init(_ count: Int) {
        self.count = count
        entries = [Double](repeating: 0, count: count * count)
    }

    /// With `value` on the diagonal and zeros elsewhere.
    public init(_ count: Int, diagonal value: Double) {
        self.init(count)
        for place in 0..<count { self[place, place] = value }
    }

    /// - Precondition: Both are from 0 up to `count` − 1.
    public subscript(_ row: Int, _ column: Int) -> Double {
        get { entries[row * count + column] }
        set { entries[row * count + column] = newValue }
    }

    /// The matrix times `vector`, as long as a row. O(count²).
    public func times(_ vector: [Double]) -> [Double] {
        (0..<count).map { row in
            var sum = 0.0
            for column in 0..<count { sum += self[row, column] * vector[column] }
            return sum
        }
    }

    /// Adds `scale` times the outer product of `vector` with itself. O(count²).
    public mutating func addOuterProduct(of vector: [Double], scaledBy scale: Double = 1) {
        for row in 0..<count {
            let factor = scale * vector[row]
            for column in 0..<count { self[row, column] += factor * vector[column] }
        }
    }
}
