extension SeededGenerator {
    /// A number from 0 up to but not including 1, on a grid of 2⁻⁵³.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number of `range`, its upper end as likely as any other number.
    public mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// A whole number from 0 to `count` − 1, each exactly as likely (Lemire 2019).
    ///
    /// - Precondition: `count` > 0.
    public mutating func index(below count: Int) -> Int {
        precondition(count > 0, "nothing to choose from")
        let bound = UInt64(count)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// True with the given probability.
    public mutating func chance(_ probability: Double) -> Bool {
        uniform() < probability
    }

    /// A draw from the standard normal distribution, by inverting its distribution function; one call of ``next()``.
    public mutating func normal() -> Double {
        NormalDistribution.quantile((Double(next() >> 12) + 0.5) * 0x1p-52)
    }

    /// Shuffles in place (Fisher–Yates, from the last place down).
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        for place in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(place, index(below: place + 1))
        }
    }

    /// `elements` in random order.
    public mutating func shuffled<Element>(_ elements: some Sequence<Element>) -> [Element] {
        var elements = Array(elements)
        shuffle(&elements)
        return elements
    }

    /// `count` different places of `elements`, in random order; all of them when there are no more.
    public mutating func sample<Element>(_ count: Int, from elements: some Collection<Element>) -> [Element] {
        var elements = Array(elements)
        let count = Swift.min(Swift.max(count, 0), elements.count)
        for place in 0..<count { elements.swapAt(place, place + index(below: elements.count - place)) }
        return Array(elements.prefix(count))
    }

    /// One of `elements`; nil when there is none.
    public mutating func pick<Element>(from elements: some Collection<Element>) -> Element? {
        guard !elements.isEmpty else { return nil }
        return elements[elements.index(elements.startIndex, offsetBy: index(below: elements.count))]
    }

    /// A place of `weights`, each in proportion to its weight; nil when no weight is positive.
    ///
    /// Weights that are negative or not numbers count as 0.
    public mutating func index(weightedBy weights: [Double]) -> Int? {
        let usable = weights.map { $0 > 0 && $0.isFinite ? $0 : 0 }
        let total = usable.reduce(0, +)
        guard total > 0 else { return nil }
        var rest = uniform() * total
        var last: Int?
        for (place, weight) in usable.enumerated() where weight > 0 {
            if rest < weight { return place }
            rest -= weight
            last = place
        }
        return last
    }
}
