/// The cost of one node in traces of growing size: linear growth keeps it where it was.
struct Growth {
    private var costs: [(size: Int, cost: Double)] = []

    mutating func add(_ cost: Double, at size: Int) { costs.append((size, cost)) }

    /// How many times more a node costs in the largest trace than in the smallest; the design allows 2.
    func measure(of name: String, _ shape: String) -> Measure? {
        guard let first = costs.first, let last = costs.last, first.size < last.size else { return nil }
        return Measure(
            name: name + ".growth", shape: shape, size: last.size, value: last.cost / first.cost, unit: "×",
            reach: 2)
    }
}
