public import Evaluation
public import TraceGraph

/// Executions that somebody else recorded, as what proposals are made from: they cannot be run again, so what a proposal
/// brings is for later recordings to show.
///
/// Executions that ran with the same values of the parameters are one candidate's.
public struct RecordedEvidence: Sendable {
    /// What ran with one assignment of values.
    public struct Group: Sendable {
        /// The values.
        public var candidate: Candidate
        /// In the order they were given.
        public var evaluations: [Evaluation]
        /// Over those that could be scored.
        public var meanScore: Double? { evaluations.meanScore }
    }

    /// The parameters.
    public let parameters: ParameterSpace
    /// The candidate that proposals change first, then the others in the order they were first seen.
    public let groups: [Group]
    /// Whether some executions ran with the parameters' present values; otherwise proposals go on from those of the last
    /// execution.
    public let isPresent: Bool

    /// - Parameters:
    ///   - executions: Each with its example, scores and feedback; its candidate's number does not count.
    ///   - values: The values each ran with, as its trace says. What it does not say is taken for the present value.
    /// - Returns: Nil without executions.
    public init?(_ executions: [(evaluation: Evaluation, values: [String: Value])], parameters: ParameterSpace) {
        guard let last = executions.last else { return nil }
        func whole(_ values: [String: Value]) -> [String: Value] {
            parameters.seed.values.merging(values.filter { parameters[$0.key] != nil }) { _, own in own }
        }
        let present = parameters.seed.values
        isPresent = executions.contains { whole($0.values) == present }
        var order = [isPresent ? present : whole(last.values)]
        for execution in executions where !order.contains(whole(execution.values)) {
            order.append(whole(execution.values))
        }
        self.parameters = parameters
        groups = order.enumerated().map { number, values in
            let id = Candidate.ID(number)
            let own = executions.filter { whole($0.values) == values }.map { execution in
                var evaluation = execution.evaluation
                evaluation.candidate = id
                return evaluation
            }
            return Group(
                candidate: Candidate(id: id, values: values, origin: number == 0 ? "seed" : "recorded"),
                evaluations: own)
        }
    }

    /// What proposals change.
    public var parent: Group { groups[0] }

    /// The executions that say most about what to change: the parent's, those with the lowest scores first, then those
    /// with words of feedback; and one of the best, so that what works is seen too.
    ///
    /// - Parameter count: The most.
    public func telling(_ count: Int) -> [Evaluation] {
        let ranked = parent.evaluations.enumerated().sorted { a, b in
            let (one, other) = (Self.rank(a.element), Self.rank(b.element))
            return one == other ? a.offset < b.offset : one < other
        }.map(\.element)
        guard ranked.count > count, count > 1, let best = ranked.last else {
            return Array(ranked.prefix(max(1, count)))
        }
        return Array(ranked.prefix(count - 1)) + [best]
    }

    private static func rank(_ evaluation: Evaluation) -> (Double, Int) {
        let hasWords = evaluation.trace.feedback.contains { !$0.text.isEmpty }
        return (evaluation.score ?? (hasWords ? -1 : .greatestFiniteMagnitude), hasWords ? 0 : 1)
    }

    /// Every assignment that was seen, with what it scored.
    public var history: [TriedCandidate] {
        groups.map {
            TriedCandidate(
                candidate: $0.candidate, score: $0.meanScore, examples: $0.evaluations.count,
                wasAccepted: $0.candidate.id == parent.candidate.id)
        }
    }

    /// Candidates made of `proposals`, numbered after those that were seen; those that repeat one are left out.
    public func candidates(of proposals: [Proposal]) -> [(candidate: Candidate, proposal: Proposal)] {
        var known = groups.map(\.candidate.values)
        var made: [(Candidate, Proposal)] = []
        for proposal in proposals {
            let base = groups.first { $0.candidate.id == proposal.parent }?.candidate ?? parent.candidate
            let values = base.values.merging(proposal.changes) { _, new in new }
            guard !known.contains(values) else { continue }
            known.append(values)
            let id = Candidate.ID(groups.count + made.count)
            made.append(
                (Candidate(id: id, values: values, parents: [base.id], origin: proposal.rationale), proposal))
        }
        return made
    }
}
