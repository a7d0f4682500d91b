import TraceGraph

/// Names for shapes as a program could write them, all different.
struct Labels {
    private let first: [Int]
    private let isFolded: [Bool]
    private(set) var names: [String]

    /// - Parameter taken: The names of the variables, which they keep.
    init(_ shapes: ShapeTable, taken variables: Set<String>) {
        var first: [Int] = []
        var bases: [String] = []
        var isFolded: [Bool] = []
        for (shape, base) in shapes.bases.enumerated() {
            first.append(bases.count)
            isFolded.append(shapes.isFolded(shape))
            let identifier = Trace.identifier(base)
            let count = shapes.isFolded(shape) ? 1 : shapes.mostRepeats[shape]
            bases += repeatElement(identifier, count: count)
        }
        var counts: [String: Int] = [:]
        for base in bases { counts[base, default: 0] += 1 }
        var taken = variables
        var names = bases
        var isNamed = [Bool](repeating: false, count: bases.count)
        for (place, base) in bases.enumerated() where counts[base] == 1 && taken.insert(base).inserted {
            isNamed[place] = true
        }
        var ordinals: [String: Int] = [:]
        for (place, base) in bases.enumerated() where !isNamed[place] {
            var ordinal = ordinals[base, default: 0]
            repeat { ordinal += 1 } while !taken.insert("\(base)_\(ordinal)").inserted
            ordinals[base] = ordinal
            names[place] = "\(base)_\(ordinal)"
        }
        self.first = first
        self.isFolded = isFolded
        self.names = names
    }

    /// The number of the label of the `place`th node of `shape` in its trace.
    func line(of shape: Int, place: Int) -> Int {
        first[shape] + (isFolded[shape] ? 0 : place)
    }
}
