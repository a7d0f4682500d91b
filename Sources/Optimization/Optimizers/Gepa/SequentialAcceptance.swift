import Evaluation

/// Whether a child is better than its parent, decided on as few pairs of runs as it takes.
///
/// After each lap it ends where the difference lies outside of what Student's distribution leaves to chance in one case of
/// twenty on either side; at the end the child is taken when it is one standard error ahead, or, where no score tells
/// anything apart, when its outputs come nearer to what is expected.
struct SequentialAcceptance {
    /// The most pairs.
    let most: Int
    private var children: [Evaluation] = []
    private var parents: [Evaluation] = []
    private(set) var isDecided = false
    private(set) var isAccepted = false

    init(most: Int) { self.most = most }

    var count: Int { parents.count }
    var comparison: Comparison { Comparison(children, against: parents) }

    mutating func add(_ child: [Evaluation], against parent: [Evaluation]) {
        children += child
        parents += parent
        let comparison = comparison
        let isLast = parent.isEmpty || count >= most
        let error = max(
            ((comparison.differences.sample.variance ?? 0) / Double(max(1, comparison.count))).squareRoot(),
            // One more difference of 1 would have to be unlikely too: three equal pairs show nothing.
            1 / Double(comparison.count + 1) / 2)
        let distance = comparison.mean / error
        // Four pairs know little of their own variance: two fixes and no break among them come often by chance.
        let clear = StudentTDistribution(degreesOfFreedom: Double(max(1, comparison.count - 1))).quantile(0.95)
        if comparison.allTie {
            guard isLast else { return }
            decide(comparison.isBetter)
        } else if distance >= clear {
            decide(true)
        } else if distance <= -clear {
            decide(false)
        } else if isLast {
            decide(distance >= 1)
        }
    }

    private mutating func decide(_ accepted: Bool) {
        isDecided = true
        isAccepted = accepted
    }
}
