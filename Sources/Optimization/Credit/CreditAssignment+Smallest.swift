public import Evaluation
public import TraceGraph

/// The smallest part of a change that is enough.
public struct SmallestChange: Sendable {
    /// By parameter, with the edits that were kept.
    public var values: [String: Value]
    /// Those that are kept.
    public var kept: [CandidateEdit]
    /// Those that are not needed.
    public var dropped: [CandidateEdit]
    /// Mean score of all edits together, and of those that are kept, on the examples of the selection.
    public var wholeScore: Double
    public var score: Double
    /// How many examples the scores are means of.
    public var examples: Int
    /// Whether no more is lost than was allowed; not where the most edits that may be kept are too few for that.
    public var isEnough: Bool
}

extension CreditAssignment {
    /// The smallest part of `winner`'s edits that loses no more than `tolerance` of its mean score; where only so many may be
    /// kept, the best so many, which may lose more.
    ///
    /// What an edit is worth is what is lost without it, paired by example; ``EditSelection`` keeps those that are worth their
    /// cost, and the most worthy of the others are taken back until what is lost is small enough.
    ///
    /// - Parameters:
    ///   - winner: The winner's evaluations.
    ///   - incumbent: Where its edits began.
    ///   - selection: The price of an edit, and how many are allowed.
    ///   - tolerance: Mean score that may be lost: .01 for one point in a hundred.
    /// - Throws: ``ModelError`` when it ends the run, `budgetExhausted` among them; `CancellationError`; what
    ///   ``Optimizable/objection(to:for:)`` throws.
    /// - Complexity: One execution from the middle an example for each edit, and for each attempt after that.
    public func smallestChange(
        of winner: [Evaluation], against incumbent: Candidate, selection: EditSelection, tolerance: Double = 0.01
    ) async throws -> SmallestChange? {
        guard let candidate = winner.first?.trace.candidate else { return nil }
        let space = evaluator.subject.parameters
        let edits = CandidateEdits(from: incumbent, to: candidate, in: space)
        let all = Set(edits.edits.indices)
        var worths = [Double](repeating: 0, count: all.count)
        for place in all.sorted() {
            // Without it the value could not run: it has to stay, whatever it is worth.
            worths[place] = try await loss(of: all.subtracting([place]), edits, winner) ?? .infinity
        }
        var kept = selection.chosen(worths: worths, costs: edits.edits.map(\.cost))
        var left = all.subtracting(kept).sorted { (worths[$0], $1) > (worths[$1], $0) }
        var lost = try await loss(of: kept, edits, winner)
        while lost.map({ $0 > tolerance + 1e-12 }) ?? true, !left.isEmpty,
            selection.most.map({ kept.count < $0 }) ?? true
        {
            kept.insert(left.removeFirst())
            lost = try await loss(of: kept, edits, winner)
        }
        guard let lost else { return nil }
        let whole = Sample(winner.compactMap(\.score)).mean ?? 0
        return SmallestChange(
            values: edits.values(with: kept), kept: kept.sorted().map { edits.edits[$0] },
            dropped: all.subtracting(kept).sorted().map { edits.edits[$0] }, wholeScore: whole, score: whole - lost,
            examples: winner.count, isEnough: lost <= tolerance + 1e-12)
    }

    /// What is lost with the edits `kept` alone; nil when the values could not run.
    private func loss(
        of kept: Set<Int>, _ edits: CandidateEdits, _ winner: [Evaluation]
    ) async throws -> Double? {
        if kept.count == edits.edits.count { return 0 }
        let values = edits.values(with: kept)
        for definition in evaluator.subject.parameters.definitions {
            guard let value = values[definition.name] else { continue }
            do throws(ParameterError) {
                _ = try definition.checked(value)
            } catch {
                return nil
            }
            if try await evaluator.subject.objection(to: value, for: definition) != nil { return nil }
        }
        let again = try await evaluator.evaluate(
            winner.map { Rerun(of: $0, changing: values) }, mayStart: mayStart)
        let losses = zip(winner, again).compactMap { whole, part in
            whole.score.flatMap { score in part.score.map { score - $0 } }
        }
        return Sample(losses).mean
    }
}
