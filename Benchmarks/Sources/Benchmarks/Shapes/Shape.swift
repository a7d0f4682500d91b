/// The forms of graphs that everything about graphs is measured on.
enum Shape: String, CaseIterable {
    /// Each operation reads the one before: `x = add(x, c)`.
    case chain
    /// Many operations over the same two parents, gathered by a tree of the same operation.
    case wide
    /// Each cell reads the one above and the one to the left.
    case grid

    /// Runs about `count` operations of `adder` in this form.
    ///
    /// Generic rather than over closures, so that an operation costs here what it costs in a program that calls it.
    func run<A: Adder>(_ adder: A, count: Int, _ first: A.Term, _ second: A.Term) -> A.Term {
        switch self {
        case .chain: Self.chain(adder, count, first, second)
        case .wide: Self.wide(adder, count, first, second)
        case .grid: Self.grid(adder, count, first, second)
        }
    }

    private static func chain<A: Adder>(_ adder: A, _ count: Int, _ first: A.Term, _ second: A.Term) -> A.Term {
        var sum = first
        for _ in 0..<count { sum = adder.add(sum, second) }
        return sum
    }

    private static func wide<A: Adder>(_ adder: A, _ count: Int, _ first: A.Term, _ second: A.Term) -> A.Term {
        var row: [A.Term] = []
        row.reserveCapacity(count / 2)
        for _ in 0..<max(1, count / 2) { row.append(adder.add(first, second)) }
        while row.count > 1 {
            var next: [A.Term] = []
            next.reserveCapacity(row.count / 2 + 1)
            for place in stride(from: 0, to: row.count - 1, by: 2) {
                next.append(adder.add(row[place], row[place + 1]))
            }
            if !row.count.isMultiple(of: 2) { next.append(row[row.count - 1]) }
            row = next
        }
        return row[0]
    }

    private static func grid<A: Adder>(_ adder: A, _ count: Int, _ first: A.Term, _ second: A.Term) -> A.Term {
        let side = max(1, Int(Double(count).squareRoot()))
        var row = [A.Term](repeating: first, count: side)
        for _ in 0..<side {
            var left = second
            for place in row.indices {
                left = adder.add(row[place], left)
                row[place] = left
            }
        }
        return row[side - 1]
    }
}
