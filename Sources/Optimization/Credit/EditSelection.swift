/// Chooses which edits to keep: max Σφⱼzⱼ − λΣcⱼzⱼ with Σz ≤ K, nothing at all allowed.
///
/// The sum falls apart into its terms, so the best K of those that are worth more than they cost are the optimum.
public struct EditSelection: Sendable {
    /// Points of score that a unit of cost must bring at least: λ.
    public var price: Double
    /// K; nil for no limit.
    public var most: Int?

    public init(price: Double, most: Int? = nil) {
        self.price = price
        self.most = most
    }

    /// The places of the edits to keep.
    ///
    /// - Parameters:
    ///   - worths: What each edit is worth: φ.
    ///   - costs: What each edit costs: c.
    /// - Returns: Of choices of equal value the smallest, and of those the one with the earliest edits.
    /// - Precondition: As many worths as costs.
    /// - Complexity: O(n log n).
    public func chosen(worths: [Double], costs: [Double]) -> Set<Int> {
        precondition(worths.count == costs.count, "each edit has a worth and a cost")
        let gains = worths.indices.map { (place: $0, gain: worths[$0] - price * costs[$0]) }
        let wanted = gains.filter { $0.gain > 0 }.sorted { ($1.gain, $0.place) < ($0.gain, $1.place) }
        return Set(wanted.prefix(most ?? wanted.count).map(\.place))
    }
}
