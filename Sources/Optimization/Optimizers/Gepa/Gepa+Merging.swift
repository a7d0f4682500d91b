import Evaluation
import TraceGraph

extension Gepa {
    /// Two candidates of the front that come from one and changed different things, joined: of each text the side that
    /// changed it, and where both did, that of the better one. Nil when there is no such pair that was not joined yet.
    mutating func merge(_ variables: [ParameterDefinition], _ context: ProposalContext) -> Proposal? {
        guard options.merges > memory.merged.count, memory.hasNewBranch else { return nil }
        memory.hasNewBranch = false
        let validated = context.history.filter {
            context.validationCount > 0 && $0.validation.count == context.validationCount
        }
        let front = CandidateFront(validated, by: options.front, directions: context.directions)
        let best = validated.filter { tried in front.wins.contains { $0.candidate == tried.candidate.id.number } }
            .sorted { ($0.score ?? -.infinity, $1.candidate.id) > ($1.score ?? -.infinity, $0.candidate.id) }
        let known = context.history.map(\.candidate)
        for (place, first) in best.enumerated() {
            for second in best.dropFirst(place + 1) {
                let pair = "\(first.candidate.id.number)+\(second.candidate.id.number)"
                guard !memory.merged.contains(pair) else { continue }
                guard let ancestor = Self.commonAncestor(first.candidate, second.candidate, known) else { continue }
                let changes = Self.joined(first.candidate, second.candidate, ancestor, variables)
                let values = first.candidate.values.merging(changes) { _, new in new }
                guard !changes.isEmpty, !known.contains(where: { $0.values == values }) else { continue }
                memory.merged.insert(pair)
                return Proposal(
                    changes: changes, rationale: "joins what \(first.candidate.id) and \(second.candidate.id) changed",
                    intent: .refine, parent: first.candidate.id, others: [second.candidate.id])
            }
        }
        return nil
    }

    /// What to take over from `second`, the worse one, into `first`.
    static func joined(
        _ first: Candidate, _ second: Candidate, _ ancestor: Candidate, _ variables: [ParameterDefinition]
    ) -> [String: Value] {
        var changes: [String: Value] = [:]
        for variable in variables {
            let (a, b, before) = (first[variable.name], second[variable.name], ancestor[variable.name])
            if a == before, let b, b != before { changes[variable.name] = b }
        }
        return changes
    }

    /// The latest candidate that both come from; nil where one comes from the other, so that there is nothing to join.
    static func commonAncestor(_ a: Candidate, _ b: Candidate, _ known: [Candidate]) -> Candidate? {
        let (before, after) = (ancestors(of: a, known), ancestors(of: b, known))
        guard !before.contains(b.id), !after.contains(a.id) else { return nil }
        return before.intersection(after).max().flatMap { id in known.first { $0.id == id } }
    }

    private static func ancestors(of candidate: Candidate, _ known: [Candidate]) -> Set<Candidate.ID> {
        var found: Set<Candidate.ID> = []
        var open = candidate.parents
        while let id = open.popLast() {
            guard found.insert(id).inserted, let candidate = known.first(where: { $0.id == id }) else { continue }
            open += candidate.parents
        }
        return found
    }
}
