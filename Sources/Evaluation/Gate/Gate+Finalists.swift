extension Gate {
    /// A candidate that is tested on the hold-out among others.
    public struct Finalist: Sendable {
        /// On the gate's metric.
        public var scores: ScoreSheet
        /// What an example costs, in any unit that is the same for all; nil when unknown.
        public var cost: Double?

        public init(_ scores: ScoreSheet, cost: Double? = nil) {
            self.scores = scores
            self.cost = cost
        }

        /// What each of several costs, in one unit for all: dollars where every one has a price and some are not free, else
        /// tokens. A price held against a number of tokens would always win.
        public static func costs(dollars: [Double?], tokens: [Double?]) -> [Double?] {
            let known = dollars.compactMap(\.self)
            return known.count == dollars.count && known.contains { $0 > 0 } ? dollars : tokens
        }
    }

    /// The findings on several candidates against the incumbent, the gate's alpha spent over all of them (Holm).
    ///
    /// - Returns: In the order of `finalists`; each verdict has the level its p value was held against.
    public func verdicts(for finalists: [Finalist], against incumbent: ScoreSheet) -> [Verdict] {
        let first = finalists.map { verdict(for: $0.scores, against: incumbent) }
        guard finalists.count > 1 else { return first }
        return zip(finalists, HolmCorrection.findings(first.map(\.pValue), alpha: alpha)).map { finalist, finding in
            var verdict = verdict(for: finalist.scores, against: incumbent, atLevel: finding.level)
            if verdict.decision == .promote, !finding.isFound {
                verdict.decision = .inconclusive
                verdict.reasons = [
                    "a candidate with a smaller p value was not shown to be better, so this one is not either"
                ]
            }
            return verdict
        }
    }

    /// The finalist to ship: of those shown to be better than the incumbent, the one with the best mean; where thrift is
    /// asked for, the cheapest that is not significantly worse than that one. Nil when none is shown to be better.
    ///
    /// - Parameters:
    ///   - verdicts: What ``verdicts(for:against:)`` found.
    ///   - thrifty: Whether a lower cost is worth a difference that cannot be shown.
    public func choice(among finalists: [Finalist], _ verdicts: [Verdict], thrifty: Bool = false) -> Int? {
        let shown = finalists.indices.filter { verdicts[$0].decision == .promote }
        let best = shown.max { a, b in
            verdicts[a].improvement == verdicts[b].improvement
                ? a > b : verdicts[a].improvement < verdicts[b].improvement
        }
        guard thrifty, let best else { return best }
        return cheapest(of: shown.map { ($0, finalists[$0]) }, notWorseThan: finalists[best]) ?? best
    }

    /// The cheapest of `finalists` whose scores are not significantly worse than those of `best`, at the gate's alpha; the
    /// first of several as cheap. Those without a cost are left out.
    public func cheapest<ID>(of finalists: [(ID, Finalist)], notWorseThan best: Finalist) -> ID? {
        let level = finalists.filter { $0.1.cost != nil }.filter { _, finalist in
            // The other way round: is the best one shown to be better?
            verdict(for: best.scores, against: finalist.scores).decision != .promote
        }
        return level.enumerated().min { a, b in
            (a.element.1.cost ?? .infinity, a.offset) < (b.element.1.cost ?? .infinity, b.offset)
        }?.element.0
    }
}
