/// The non-decreasing step function nearest to some points, by pooling adjacent violators (Ayer 1955).
public struct IsotonicFit: Sendable, Hashable, Codable {
    /// One level of the function.
    public struct Block: Sendable, Hashable, Codable {
        /// The smallest x of the block.
        public var start: Double
        /// The largest x of the block.
        public var end: Double
        public var value: Double
        /// How much it counts.
        public var weight: Double

        public init(start: Double, end: Double, value: Double, weight: Double) {
            self.start = start
            self.end = end
            self.value = value
            self.weight = weight
        }
    }

    /// In order; values strictly rise.
    public private(set) var blocks: [Block] = []

    /// - Parameter points: Any order; points with the same x are averaged first. A weight counts that many times.
    /// - Complexity: O(n log n).
    public init(_ points: [(x: Double, y: Double, weight: Double)]) {
        var merged: [Block] = []
        for point in points.sorted(by: { $0.x < $1.x }) where point.weight > 0 {
            let block = Block(start: point.x, end: point.x, value: point.y, weight: point.weight)
            if let last = merged.last, last.end == point.x {
                merged[merged.count - 1] = Self.pooled(last, block)
            } else {
                merged.append(block)
            }
        }
        for block in merged {
            blocks.append(block)
            while blocks.count > 1, blocks[blocks.count - 2].value >= blocks[blocks.count - 1].value {
                let last = blocks.removeLast()
                blocks[blocks.count - 1] = Self.pooled(blocks[blocks.count - 1], last)
            }
        }
    }

    /// A function that was fitted before; nil where the blocks do not rise in order.
    public init?(blocks: [Block]) {
        guard zip(blocks, blocks.dropFirst()).allSatisfy({ $0.end < $1.start && $0.value < $1.value }) else {
            return nil
        }
        self.blocks = blocks
    }

    private static func pooled(_ a: Block, _ b: Block) -> Block {
        let weight = a.weight + b.weight
        return Block(
            start: a.start, end: b.end, value: (a.value * a.weight + b.value * b.weight) / weight, weight: weight)
    }

    /// The fitted value at `x`: of its block, between two blocks on the line between them, beyond all of the nearest one.
    /// Nil when nothing was fitted.
    public func callAsFunction(_ x: Double) -> Double? {
        guard let first = blocks.first else { return nil }
        if x <= first.end { return first.value }
        for (low, high) in zip(blocks, blocks.dropFirst()) where x <= high.end {
            if x >= high.start { return high.value }
            return low.value + (high.value - low.value) * (x - low.end) / (high.start - low.end)
        }
        return blocks.last?.value
    }
}
